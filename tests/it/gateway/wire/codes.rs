//! 2.2 to 2.4: status, code, message and description of each cause.

use super::{Cause, dgfip, each, provoke, v3, v4};

const TAIL: &str = "Make sure you have provided the correct security credentials";

/// Cause, status, code, message, description: 2.2 and 2.3, with the descriptions of 2.4.
#[tokio::test]
async fn section_2_3_codes() {
    let (own, three, four) = (dgfip(), v3(), v4());
    let missing = "Invalid Credentials. Make sure your API invocation call has a header: 'Authorization : Bearer ACCESS_TOKEN' or \
                   'Authorization : Basic ACCESS_TOKEN' or 'apikey : API_KEY'";
    let invalid = format!("Invalid Credentials. {TAIL}");
    let invalid_jwt = format!("Invalid JWT token. {TAIL}");
    let unknown = "Access failure for API: /fcb-masrestit/api/v2, version: v2 status: (900901) - Invalid Credentials";
    let opaque = format!("{unknown}. {TAIL}");
    let opaque_by_alias = opaque.replace("/fcb-masrestit/api/v2", "/ficoba-api/v2");
    let blocked = "Access failure for API: /fcb-masrestit/api/v2, version: v2 status: (900907) - \
                   The requested API is temporarily blocked";
    let unsubscribed =
        "User is NOT authorized to access the Resource. API Subscription validation failed.";
    let no_scope =
        "User is NOT authorized to access the Resource: /personne/{spi}. Scope validation failed.";
    let quota = "You have exceeded your quota";
    for (cause, status, code, message, description) in [
        (Cause::NoCertificate, 401, 900_901, "Invalid Credentials", invalid.as_str()),
        (Cause::BadCertificate("expired"), 401, 900_901, "Invalid Credentials", &invalid),
        (Cause::BadCertificate("not-yet-valid"), 401, 900_901, "Invalid Credentials", &invalid),
        (Cause::BadCertificate("revoked"), 401, 900_901, "Invalid Credentials", &invalid),
        (Cause::BadCertificate("unknown-ca"), 401, 900_901, "Invalid Credentials", &invalid),
        (Cause::BadCertificate("self-signed"), 401, 900_901, "Invalid Credentials", &invalid),
        (Cause::BadCertificate("server-only"), 401, 900_901, "Invalid Credentials", &invalid),
        (Cause::BadCertificate("no-partner"), 401, 900_901, "Invalid Credentials", &invalid),
        (
            Cause::Address,
            403,
            900_805,
            "Message blocked",
            "You have been blocked from accessing the resource",
        ),
        (Cause::NoApi, 404, 404, "Not Found", "The requested resource is not available."),
        (
            Cause::NoResource,
            404,
            404,
            "Runtime Error",
            "No matching resource found for given API Request",
        ),
        (Cause::NoMethod, 405, 405, "Runtime Error", "Method not allowed for given API resource"),
        (Cause::NoToken, 401, 900_902, "Missing Credentials", missing),
        (Cause::Opaque, 401, 900_901, "Invalid Credentials", &opaque),
        (Cause::OpaqueByAlias, 401, 900_901, "Invalid Credentials", &opaque_by_alias),
        (Cause::Malformed, 401, 900_901, "Invalid Credentials", &invalid_jwt),
        (Cause::Forged, 401, 900_901, "Invalid Credentials", &invalid),
        (Cause::Expired, 401, 900_901, "Invalid Credentials", &invalid),
        (Cause::Revoked, 401, 900_901, "Invalid Credentials", &invalid_jwt),
        (Cause::Teleservice, 401, 900_901, "Invalid Credentials", &invalid),
        (Cause::OtherPartner, 401, 900_901, "Invalid Credentials", &invalid),
        (Cause::Suspended, 401, 900_907, "The requested API is temporarily blocked", blocked),
        (Cause::Ended, 403, 900_908, "Resource forbidden ", unsubscribed),
        (Cause::NotBegun, 403, 900_908, "Resource forbidden ", unsubscribed),
        (Cause::NotSubscribed, 403, 900_908, "Resource forbidden ", unsubscribed),
        (
            Cause::NoScope,
            403,
            900_910,
            "The access token does not allow you to access the requested resource",
            no_scope,
        ),
        (Cause::Quota, 429, 900_804, "Message throttled out", quota),
        (Cause::TooLarge, 413, 413, "Runtime Error", "The request body is too large"),
        // What no caller can bring about, a tester can order.
        (Cause::Injected("900800"), 429, 900_800, "Message throttled out", quota),
        (
            Cause::Injected("900801"),
            503,
            900_801,
            "API Limit Reached",
            "API not accepting requests",
        ),
        (Cause::Injected("900802"), 429, 900_802, "Message throttled out", quota),
        (Cause::Injected("900803"), 429, 900_803, "Message throttled out", quota),
        (Cause::Injected("900807"), 429, 900_807, "Message throttled out", quota),
        (
            Cause::Injected("900900"),
            500,
            900_900,
            "Unclassified Authentication Failure",
            "Error while accessing backend services for API key validation",
        ),
        (
            Cause::Injected("900905"),
            401,
            900_905,
            "Incorrect Access Token Type is provided",
            "Access failure for API: /r2p/v1, version: v1 status: (900905) - Incorrect Access Token Type is provided",
        ),
        (
            Cause::Injected("900909"),
            401,
            900_909,
            "The subscription to the API is inactive",
            "Access failure for API: /r2p/v1, version: v1 status: (900909) - The subscription to the API is inactive",
        ),
        (
            Cause::Injected("101503"),
            500,
            101_503,
            "Runtime Error",
            "Error connecting to the back end",
        ),
        (Cause::Injected("101504"), 500, 101_504, "Runtime Error", "Send timeout"),
        (Cause::Injected("101508"), 500, 101_508, "Runtime Error", "Connection Timeout"),
    ] {
        let reply = provoke(&own, cause, |request| request).await;
        let (number, words) = (code.to_string(), serde_json::to_string(message).unwrap());
        let stamp = match cause {
            Cause::Expired => "2026-11-22T12:00:00+01:00",
            _ => "2026-11-22T11:00:00+01:00",
        };
        assert_eq!(
            (reply.status.as_u16(), reply.text),
            (
                status,
                format!(
                    r#"{{"erreur":{{"code":{number},"message":{words},"horodatage":"{stamp}"}}}}"#
                )
            ),
            "dgfip {cause:?}"
        );

        let reply = provoke(&three, cause, |request| request).await;
        let fault = &reply.json()["fault"];
        let seen = (
            reply.status.as_u16(),
            fault["code"].as_u64(),
            fault["message"].as_str(),
            fault["description"].as_str(),
        );
        assert_eq!(seen, (status, Some(code), Some(message), Some(description)), "3.x {cause:?}");

        let reply = provoke(&four, cause, |request| request).await;
        let fault = reply.json();
        assert_eq!(
            (reply.status.as_u16(), fault["code"].as_str()),
            (status, Some(code.to_string().as_str())),
            "4.x {cause:?}"
        );
        assert_eq!(fault["message"], message, "4.x {cause:?}");
        assert!(
            fault["description"].as_str().unwrap().starts_with(description),
            "4.x {cause:?}: {fault}"
        );
    }
}

/// A call whose word is not `Bearer` in that case: it has a token in dialect `dgfip`, and none in the others.
#[tokio::test]
async fn section_2_3_the_word_in_another_case_counts_as_none_in_the_products_own_dialects() {
    for (inside, expected) in [(dgfip(), "401 900901"), (v3(), "401 900902"), (v4(), "401 900902")]
    {
        assert_eq!(provoke(&inside, Cause::OtherCase, |r| r).await.outcome(), expected);
    }
}

/// 2.2: 500 for 900900, 403 for 900908 and 900910, 401 for the rest; 900903, 900904 and 900906 are never raised.
#[tokio::test]
async fn section_2_2_an_expired_or_revoked_token_is_never_told_apart() {
    for three in each() {
        for cause in
            [Cause::Expired, Cause::Revoked, Cause::Forged, Cause::Opaque, Cause::Malformed]
        {
            assert_eq!(
                provoke(&three, cause, |request| request).await.outcome(),
                "401 900901",
                "{cause:?}"
            );
        }
    }
}
