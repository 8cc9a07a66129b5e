//! What a body may hold.
