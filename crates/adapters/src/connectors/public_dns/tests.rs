//! Which addresses are public.

use reqwest::dns::Resolve as _;

use super::{NotPublic, PublicResolver, RESERVED, RESERVED_NETS, Reach, is_public};

#[test]
fn every_net_is_one() {
    assert_eq!(RESERVED_NETS.len(), RESERVED.len());
}

#[test]
fn a_host_is_judged_by_its_number_and_this_machine_by_its_name() {
    for private in ["127.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "LOCALHOST", "localhost.", "a.localhost"] {
        assert!(!Reach::Public.allows(private) && Reach::Anywhere.allows(private), "{private}");
    }
    for public in ["1.1.1.1", "[2606:4700:4700::1111]", "hooks.example", "localhost.example"] {
        assert!(Reach::Public.allows(public), "{public}");
    }
}

#[tokio::test]
async fn a_name_that_leads_here_is_refused_when_it_is_resolved() {
    let refused = Reach::Public.resolve("localhost", 25).await.unwrap_err();
    assert!(NotPublic::caused(&refused), "{refused}");
    assert!(!Reach::Anywhere.resolve("localhost", 25).await.unwrap().is_empty());
    let name = "localhost".parse().unwrap();
    assert!(PublicResolver::default().resolve(name).await.is_err_and(|error| error.is::<NotPublic>()));
}

#[test]
fn only_the_public_is_public() {
    for private in [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "fe80::1",
        "fd00:ec2::254",
        "2002:7f00:1::",
    ] {
        assert!(!is_public(private.parse().unwrap()), "{private}");
    }
    for public in ["1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700:4700::1111"] {
        assert!(is_public(public.parse().unwrap()), "{public}");
    }
}
