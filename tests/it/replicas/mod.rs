//! Several replicas on one store: a real Redis, started by each test where the program is installed.

mod quota;
mod store;
