//! See behaviour/main.rs and model/main.rs: this package has tests only.
