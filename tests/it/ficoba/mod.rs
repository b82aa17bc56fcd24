//! FICOBA, as its protocol describes it, over real mutual TLS.
