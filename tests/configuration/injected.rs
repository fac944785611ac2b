//! What Kubernetes and Docker set for a service or container whose name begins with `rekey` is passed over; what
//! a person set by mistake is refused as ever.

use super::{KEY, load};

/// One variable of each form.
const INJECTED: [(&str, &str); 31] = [
    ("REKEY_SERVICE_HOST", "10.0.0.1"),
    ("REKEY_SERVICE_PORT", "3000"),
    ("REKEY_SERVICE_PORT_HTTP", "3000"),
    ("REKEY_SERVICE_PORT_ADMIN_HTTP", "3001"),
    ("REKEY_PORT", "tcp://10.0.0.1:3000"),
    ("REKEY_PORT_3000_TCP", "tcp://10.0.0.1:3000"),
    ("REKEY_PORT_3000_TCP_PROTO", "tcp"),
    ("REKEY_PORT_3000_TCP_PORT", "3000"),
    ("REKEY_PORT_3000_TCP_ADDR", "10.0.0.1"),
    ("REKEY_DB_SERVICE_HOST", "fd00:10:96::1"),
    ("REKEY_DB_SERVICE_PORT", "5432"),
    ("REKEY_DB_PORT", "tcp://[fd00:10:96::1]:5432"),
    ("REKEY_DB_PORT_5432_TCP", "tcp://[fd00:10:96::1]:5432"),
    ("REKEY_DB_PORT_5432_TCP_ADDR", "fd00:10:96::1"),
    ("REKEY_DB_PORT_5432_TCP_PORT", "5432"),
    ("REKEY_DNS_PORT_53_UDP", "udp://10.0.0.2:53"),
    ("REKEY_DNS_PORT_53_UDP_PROTO", "udp"),
    ("REKEY_SIGNAL_PORT_2905_SCTP", "sctp://10.0.0.2:2905"),
    ("REKEY_PORT_FORWARD_SERVICE_HOST", "10.0.0.3"),
    ("REKEY_PORT_FORWARD_PORT_80_TCP", "tcp://10.0.0.3:80"),
    ("REKEY_1_PORT", "tcp://172.17.0.5:3000"),
    ("REKEY_NAME", "/shop/rekey"),
    ("REKEY_ENV_PATH", "/usr/bin:/bin"),
    ("REKEY_ENV_REKEY_SECRET_KEY", "hunter2"),
    ("REKEY_ENV_EMPTY", ""),
    ("REKEY_RANGE_PORT_3000_TCP_START", "tcp://172.17.0.5:3000"),
    ("REKEY_RANGE_PORT_3000_TCP_END", "tcp://172.17.0.5:3002"),
    ("REKEY_RANGE_PORT_3000_TCP_PORT_START", "3000"),
    ("REKEY_RANGE_PORT_3000_TCP_PORT_END", "3002"),
    ("REKEY_DB_NAME", "/shop/rekey-db"),
    ("REKEY_DB_ENV_POSTGRES_PASSWORD", "hunter2"),
];

#[test]
fn variables_that_kubernetes_and_docker_set_are_passed_over() {
    let set = [("REKEY_LISTEN", "127.0.0.1:4000"), ("REKEY_SECRET_KEY", KEY)];
    let config = load(None, &[&INJECTED[..], &set[..]].concat()).unwrap();
    assert_eq!(config.listen.port(), 4000, "settings are read beside them");
    let mut expected = INJECTED.map(|(name, _)| name);
    expected.sort_unstable();
    assert_eq!(config.passed_over, expected);
    assert_eq!(
        config.passed_over_note().unwrap(),
        "REKEY_1_PORT, REKEY_DB_ENV_POSTGRES_PASSWORD and 29 more were set by Kubernetes or Docker for a service of \
         that name and are not read (in a pod, enableServiceLinks: false stops them)"
    );
}

#[test]
fn one_variable_alone_has_its_sentence() {
    let note = |env: &[(&str, &str)]| load(None, env).unwrap().passed_over_note();
    assert_eq!(note(&[]), None);
    let one = note(&[("REKEY_PORT", "tcp://10.0.0.1:3000")]).unwrap();
    assert!(one.starts_with("REKEY_PORT was set by Kubernetes or Docker "), "{one}");
    let two = note(&[("REKEY_PORT", "tcp://10.0.0.1:3000"), ("REKEY_SERVICE_PORT", "3000")]).unwrap();
    assert!(two.starts_with("REKEY_PORT and REKEY_SERVICE_PORT were set "), "{two}");
}

#[test]
fn a_mistake_of_that_name_is_still_refused() {
    let mistakes = [
        ("REKEY_PORT", "3000"),
        ("REKEY_PORT", ""),
        ("REKEY_PORT", "http://10.0.0.1:3000"),
        ("REKEY_PORT", "tcp://10.0.0.1:3000/path"),
        ("REKEY_PORT", "tcp://10.0.0.1"),
        ("REKEY_SERVICE_HOST", "db"),
        ("REKEY_SERVICE_HOSTS", "10.0.0.1"),
        ("REKEY_SERVICE_PORT", "0"),
        ("REKEY_SERVICE_PORT", "http"),
        ("REKEY_SERVICE_PORTS", "3000"),
        ("REKEY_PORT_3000_TCP_PORT", "3001"),
        ("REKEY_PORT_3000_TCP_PROTO", "udp"),
        ("REKEY_PORT_3000_TCP_NAME", "http"),
        ("REKEY_PORT_3000_HTTP", "tcp://10.0.0.1:3000"),
        ("REKEY_NAME", "rekey"),
        ("REKEY_DB_ENV_X", "1"),
        ("REKEY_VERSION", "1.0"),
    ];
    for (name, value) in mistakes {
        let refusal = load(None, &[(name, value)]).unwrap_err().to_string();
        assert!(refusal.starts_with(&format!("{name}: unknown variable")), "{name}={value}: {refusal}");
    }
}
