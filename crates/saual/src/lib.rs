//! saual
