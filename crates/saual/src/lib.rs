//! The program `saual`: the command line, the configuration, and the wiring of all the other crates.
//!
//! Read [`cli`] (what can be asked), [`commands`] (how it is answered), [`installation`] (how the parts are put together),
//! [`demo`] (the story of ДС-326), [`generate`] (the history of an office that never was) and [`config`] (the only place that reads the environment).
//! No rule of the office stands here: those are in `inquiry` and `directory`.

pub mod cli;
pub mod commands;
pub mod config;
pub mod demo;
pub mod exit;
pub mod generate;
pub mod installation;
pub mod stop;
pub mod telemetry;
