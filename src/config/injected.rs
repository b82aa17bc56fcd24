//! The variables that orchestrators make up for the services of a namespace or a network, `bacasable`'s own among them.
//!
//! Kubernetes names a Service's variables after the Service (`bacasable-console` gives `BACASABLE_CONSOLE_SERVICE_HOST`), and
//! container links do the same; they are told from settings by their form, whatever stands before it. Every setting of a
//! section has `__` in its name, which is never injected but within `ENV_`, where links repeat another container's variables.

/// Whether a variable, its prefix taken off, is one that orchestrators inject.
pub(super) fn injected(name: &str, value: &str) -> bool {
    // A link gives the other container's name as `/this/other`; `..._SERVER_NAME` with a name is a typing error.
    let is_plain = !name.contains("__");
    let is_link_name = is_plain && ends_in(name, "NAME") && value.starts_with('/');
    let is_link_variable = name.starts_with("ENV_")
        || name
            .split_once("_ENV_")
            .is_some_and(|(service, _)| !service.contains("__") && !service.ends_with('_'));
    is_link_name || is_link_variable || (is_plain && is_service(name))
}

fn is_service(name: &str) -> bool {
    ends_in(name, "SERVICE_HOST")
        || ends_in(name, "SERVICE_PORT")
        || ends_in(name, "PORT")
        || name.starts_with("SERVICE_PORT_")
        || name.contains("_SERVICE_PORT_")
        || is_port(name)
}

/// `..._PORT_<number>_TCP`, alone or with `_ADDR`, `_PORT` or `_PROTO`.
fn is_port(name: &str) -> bool {
    let whole = ["_ADDR", "_PORT", "_PROTO"].iter().find_map(|part| name.strip_suffix(part));
    let number = ["_TCP", "_UDP", "_SCTP"]
        .iter()
        .find_map(|protocol| whole.unwrap_or(name).strip_suffix(protocol))
        .and_then(|rest| rest.rsplit_once('_'));
    number.is_some_and(|(before, number)| {
        ends_in(before, "PORT")
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether the last words of a name are these.
fn ends_in(name: &str, words: &str) -> bool {
    name.strip_suffix(words).is_some_and(|before| before.is_empty() || before.ends_with('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variables_of_services_are_known_by_their_form_whatever_stands_before() {
        for (name, value) in [
            ("SERVICE_HOST", "10.0.0.1"),
            ("CONSOLE_SERVICE_HOST", "10.0.0.1"),
            ("VALKEY_SERVICE_PORT", "6379"),
            ("CONSOLE_SERVICE_PORT_HTTP", "8080"),
            ("SERVICE_PORT_MTLS_ALT", "8443"),
            ("PORT", "tcp://10.0.0.1:8443"),
            ("GATEWAY_PORT", "tcp://10.0.0.1:8443"),
            ("GATEWAY_PORT_8443_TCP", "tcp://10.0.0.1:8443"),
            ("GATEWAY_PORT_8443_TCP_ADDR", "10.0.0.1"),
            ("GATEWAY_PORT_8443_TCP_PORT", "8443"),
            ("PORT_53_UDP_PROTO", "udp"),
            ("A_B_2_PORT_7_SCTP", "sctp://10.0.0.1:7"),
            ("NAME", "/job/bacasable"),
            ("VALKEY_NAME", "/job/valkey"),
            ("ENV_BACASABLE_GATEWAY__LISTEN", "0.0.0.0:8443"), // a link repeats the image's variables
            ("VALKEY_ENV_VERSION", "8"),
        ] {
            assert!(injected(name, value), "{name}");
        }
    }

    #[test]
    fn settings_and_their_typing_errors_are_not() {
        for (name, value) in [
            ("CERTS", "/certs"),
            ("SEDE", "1"),
            ("GATEWAY_LISTEN", "0.0.0.0:8443"),
            ("GATEWAY__PORT", "8443"),
            ("GATEWAY__SERVICE_HOST", "x"),
            ("CONSOLE__ENV_X", "x"),
            ("GATEWAY_SERVER_NAME", "banc"),
            ("GATEWAY_SERVER_NAMES", "banc"),
            ("GATEWAY__SERVER_NAME", "/banc/a"),
            ("PORTS", "1"),
            ("EXPORT", "1"),
            ("SERVICE_HOSTS", "x"),
            ("PORT_X_TCP", "x"),
            ("PORT__TCP", "x"),
            ("PORT_1_TCP_HOST", "x"),
            ("REPORT_1_TCP", "x"),
        ] {
            assert!(!injected(name, value), "{name}");
        }
        for setting in crate::config::SETTINGS {
            let variable = setting.variable();
            assert!(!injected(variable.strip_prefix("BACASABLE_").unwrap(), "x"), "{variable}");
        }
    }
}
