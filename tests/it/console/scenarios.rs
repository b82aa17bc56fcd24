//! `scenarios`: the fault is chosen by the data that are typed.
