//! What scenarios and injected faults need of R2P: its codes, its parameters, and answers in its own words.

use bacasable::api::{Api, r2p::R2p};

#[test]
fn codes_come_once_each() {
    assert_eq!(R2p.codes(), ["4003", "4004", "4005", "40305", "40306", "40307", "40433"]);
}

#[test]
fn each_resource_has_the_swagger_s_parameters() {
    let parameters: Vec<_> = R2p.resources().iter().map(|resource| R2p.parameters(resource)).collect();
    assert_eq!(parameters.iter().map(Vec::len).collect::<Vec<_>>(), [15, 7, 1]);
    assert!(!parameters[1].iter().any(|name| name.starts_with("adr")));
    assert_eq!(parameters[2], ["spi"]);
}
