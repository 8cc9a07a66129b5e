//! The stories told through the doors that users have; the tests themselves are in `scenarios/` and `tidy/`.
