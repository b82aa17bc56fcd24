//! 2.1: how faults are written, by dialect, media type and family.

use bacasable::config::{Dialect, FaultMedia};

use super::{Cause, gateway, provoke, v4};

const DGFIP_NO_TOKEN: &str = r#"{"erreur":{"code":900902,"message":"Missing Credentials","horodatage":"2026-11-22T11:00:00+01:00"}}"#;
const DGFIP_QUOTA: &str = r#"{"erreur":{"code":900804,"message":"Message throttled out","horodatage":"2026-11-22T11:00:00+01:00"}}"#;
const DGFIP_NO_API: &str =
    r#"{"erreur":{"code":404,"message":"Not Found","horodatage":"2026-11-22T11:00:00+01:00"}}"#;
const DGFIP_BACKEND: &str = r#"{"erreur":{"code":101503,"message":"Runtime Error","horodatage":"2026-11-22T11:00:00+01:00"}}"#;
const DGFIP_BLOCKED: &str = r#"{"erreur":{"code":700700,"message":"API blocked","horodatage":"2026-11-22T11:00:00+01:00"}}"#;

const V3_NO_TOKEN: &str = r#"{"fault":{"code":900902,"message":"Missing Credentials","description":"Invalid Credentials. Make sure your API invocation call has a header: 'Authorization : Bearer ACCESS_TOKEN' or 'Authorization : Basic ACCESS_TOKEN' or 'apikey : API_KEY'"}}"#;
const V3_QUOTA: &str = r#"{"fault":{"code":900804,"message":"Message throttled out","description":"You have exceeded your quota","nextAccessTime":"2026-Nov-22 10:01:00+0000 UTC"}}"#;
const V3_NO_API: &str = r#"{"fault":{"code":404,"type":"Status report","message":"Not Found","description":"The requested resource is not available."}}"#;
const V3_BACKEND: &str = r#"{"fault":{"code":101503,"type":"Status report","message":"Runtime Error","description":"Error connecting to the back end"}}"#;
const V3_BLOCKED: &str = r#"{"fault":{"code":700700,"message":"API blocked","description":"This API has been blocked temporarily. Please try again later or contact the system administrators."}}"#;

const XML_NO_TOKEN: &str = "<ams:fault xmlns:ams=\"http://wso2.org/apimanager/security\"><ams:code>900902</ams:code><ams:message>Missing Credentials</ams:message><ams:description>Invalid Credentials. Make sure your API invocation call has a header: 'Authorization : Bearer ACCESS_TOKEN' or 'Authorization : Basic ACCESS_TOKEN' or 'apikey : API_KEY'</ams:description></ams:fault>";
const XML_QUOTA: &str = "<amt:fault xmlns:amt=\"http://wso2.org/apimanager/throttling\"><amt:code>900804</amt:code><amt:message>Message throttled out</amt:message><amt:description>You have exceeded your quota</amt:description><amt:nextAccessTime>2026-Nov-22 10:01:00+0000 UTC</amt:nextAccessTime></amt:fault>";
const XML_NO_API: &str = "<am:fault xmlns:am=\"http://wso2.org/apimanager\"><am:code>404</am:code><am:type>Status report</am:type><am:message>Not Found</am:message><am:description>The requested resource is not available.</am:description></am:fault>";
const XML_BACKEND: &str = "<am:fault xmlns:am=\"http://wso2.org/apimanager\"><am:code>101503</am:code><am:type>Status report</am:type><am:message>Runtime Error</am:message><am:description>Error connecting to the back end</am:description></am:fault>";

const V4_NO_TOKEN: &str = r#"{"code":"900902","message":"Missing Credentials","description":"Invalid Credentials. Make sure your API invocation call has a header: 'Authorization : Bearer ACCESS_TOKEN' or 'Authorization : Basic ACCESS_TOKEN' or 'apikey : API_KEY'"}"#;
const V4_QUOTA: &str = r#"{"code":"900804","message":"Message throttled out","description":"You have exceeded your quota .You can access API after 2026-Nov-22 10:01:00+0000 UTC","nextAccessTime":"2026-Nov-22 10:01:00+0000 UTC"}"#;
const V4_NO_API: &str = r#"{"code":"404","type":"Status report","message":"Not Found","description":"The requested resource is not available."}"#;
const V4_BLOCKED: &str = r#"{"code":"700700","type":"API blocked","description":"This API has been blocked temporarily. Please try again later or contact the system administrators."}"#;

const JSON: &str = "application/json; charset=UTF-8";
const XML: &str = "application/xml; charset=UTF-8";

#[tokio::test]
async fn section_2_1_envelopes() {
    use Dialect::{Dgfip, Wso2V3, Wso2V4};
    use FaultMedia::{Json, Negotiated};
    let gateways = [(Dgfip, Json), (Wso2V3, Json), (Wso2V3, Negotiated), (Wso2V4, Json)];
    let gateways = gateways.map(|(dialect, media)| ((dialect, media), gateway(dialect, media)));
    let blocked = Cause::Injected("700700");
    let backend = Cause::Injected("101503");
    for (dialect, media, cause, accept, content_type, body) in [
        // The DGFiP's: one envelope, JSON whatever Accept says.
        (Dgfip, Json, Cause::NoToken, "", JSON, DGFIP_NO_TOKEN),
        (Dgfip, Json, Cause::NoToken, "application/xml", JSON, DGFIP_NO_TOKEN),
        (Dgfip, Json, Cause::Quota, "text/xml", JSON, DGFIP_QUOTA),
        (Dgfip, Json, Cause::NoApi, "", JSON, DGFIP_NO_API),
        (Dgfip, Json, backend, "", JSON, DGFIP_BACKEND),
        (Dgfip, Json, blocked, "", JSON, DGFIP_BLOCKED),
        (Wso2V3, Json, Cause::NoToken, "", JSON, V3_NO_TOKEN),
        (Wso2V3, Json, Cause::NoToken, "application/xml", JSON, V3_NO_TOKEN),
        (Wso2V3, Json, Cause::Quota, "", JSON, V3_QUOTA),
        (Wso2V3, Json, Cause::NoApi, "", JSON, V3_NO_API),
        (Wso2V3, Json, backend, "", JSON, V3_BACKEND),
        (Wso2V3, Json, blocked, "", JSON, V3_BLOCKED),
        // Stock 3.x: an exact value of Accept counts, anything else is XML.
        (Wso2V3, Negotiated, Cause::NoToken, "application/json", JSON, V3_NO_TOKEN),
        (Wso2V3, Negotiated, Cause::Quota, "application/json", JSON, V3_QUOTA),
        (Wso2V3, Negotiated, Cause::NoToken, "", XML, XML_NO_TOKEN),
        (Wso2V3, Negotiated, Cause::NoToken, "*/*", XML, XML_NO_TOKEN),
        (Wso2V3, Negotiated, Cause::NoToken, "application/json, text/plain", XML, XML_NO_TOKEN),
        (Wso2V3, Negotiated, Cause::NoToken, "application/json;q=1", XML, XML_NO_TOKEN),
        (Wso2V3, Negotiated, Cause::NoToken, "application/vnd.dgfip.v1+json", XML, XML_NO_TOKEN),
        (Wso2V3, Negotiated, Cause::NoToken, "application/xml", XML, XML_NO_TOKEN),
        (Wso2V3, Negotiated, Cause::NoToken, "text/xml", "text/xml; charset=UTF-8", XML_NO_TOKEN),
        (Wso2V3, Negotiated, Cause::Quota, "", XML, XML_QUOTA),
        // Faults of the other family never look at Accept.
        (Wso2V3, Negotiated, Cause::NoApi, "application/json", XML, XML_NO_API),
        (Wso2V3, Negotiated, backend, "application/json", XML, XML_BACKEND),
        // 4.x: JSON whatever Accept says.
        (Wso2V4, Json, Cause::NoToken, "application/xml", JSON, V4_NO_TOKEN),
        (Wso2V4, Json, Cause::Quota, "", JSON, V4_QUOTA),
        (Wso2V4, Json, Cause::NoApi, "", JSON, V4_NO_API),
        (Wso2V4, Json, blocked, "", JSON, V4_BLOCKED),
    ] {
        let inside = &gateways.iter().find(|(of, _)| *of == (dialect, media)).unwrap().1;
        let reply = provoke(inside, cause, |request| match accept {
            "" => request,
            accept => request.header("Accept", accept),
        });
        let reply = reply.await;
        assert_eq!(reply.text, body, "{dialect:?} {media:?} {cause:?} Accept: {accept}");
        assert_eq!(
            reply.header("Content-Type"),
            content_type,
            "{dialect:?} {media:?} {cause:?} Accept: {accept}"
        );
    }
}

/// 4.x writes strings only, 3.x and the DGFiP a number.
#[tokio::test]
async fn section_2_1_the_type_of_the_code() {
    let four = v4();
    let reply = provoke(&four, Cause::Expired, |request| request).await;
    assert_eq!(reply.json()["code"], "900901");
    let reply = provoke(&super::dgfip(), Cause::Expired, |request| request).await;
    assert_eq!(reply.json()["erreur"]["code"], 900_901);
    let reply = provoke(&super::v3(), Cause::Expired, |request| request).await;
    assert_eq!(reply.json()["fault"]["code"], 900_901);
}
