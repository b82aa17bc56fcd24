//! R2P over real mutual TLS: the three operations of the Swagger, the modes of CGU R2P 4, every refusal.

mod codes;
mod spi;
