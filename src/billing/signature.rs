//! The signature of an event (`Stripe-Signature`): an HMAC-SHA256 over the time and the raw bytes, under a secret that only Stripe and
//! the operator know (<https://docs.stripe.com/webhooks#verify-manually>). Pure; nothing is parsed before this has passed.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq as _};

use crate::ports::EventRefused;

/// How old a signature may be, and how far ahead of our clock.
const TOLERANCE_SECONDS: i64 = 300;
/// Signatures of one header that are looked at; there are two at most while a secret is being changed.
const MOST_SIGNATURES: usize = 16;
const SIGNATURE_BYTES: usize = 32;

/// Whether one of the secrets signed these very bytes, not long ago.
pub(super) fn verify(header: &str, body: &[u8], secrets: &[SecretString], now: Timestamp) -> Result<(), EventRefused> {
    let (time, signatures) = taken_apart(header).ok_or(EventRefused::Forged)?;
    let is_ours = secrets
        .iter()
        .flat_map(|secret| signatures.iter().map(|signature| is_signed(signature, time, body, secret)))
        .fold(Choice::from(0), std::ops::BitOr::bitor);
    if !bool::from(is_ours) {
        return Err(EventRefused::Forged);
    }
    // The number is what was signed, so it is read only now.
    let second: i64 = time.parse().map_err(|_| EventRefused::Forged)?;
    if now.as_second().abs_diff(second) > TOLERANCE_SECONDS.unsigned_abs() {
        return Err(EventRefused::Stale);
    }
    Ok(())
}

/// The time as it stands there, and every `v1`. Other schemes, `v0` among them, count for nothing.
fn taken_apart(header: &str) -> Option<(&str, Vec<[u8; SIGNATURE_BYTES]>)> {
    let mut time = None;
    let mut signatures = Vec::new();
    for (name, value) in header.split(',').filter_map(|part| part.trim().split_once('=')) {
        match name {
            "t" if time.is_some() => return None,
            "t" => time = Some(value),
            "v1" if signatures.len() < MOST_SIGNATURES => signatures.extend(unhexed(value)),
            _ => {}
        }
    }
    time.filter(|_| !signatures.is_empty()).map(|time| (time, signatures))
}

fn is_signed(signature: &[u8; SIGNATURE_BYTES], time: &str, body: &[u8], secret: &SecretString) -> Choice {
    // A key of any length is taken.
    match Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) {
        Ok(mac) => {
            let tag = mac.chain_update(time.as_bytes()).chain_update(b".").chain_update(body).finalize().into_bytes();
            tag.as_slice().ct_eq(signature)
        }
        Err(_) => Choice::from(0),
    }
}

fn unhexed(text: &str) -> Option<[u8; SIGNATURE_BYTES]> {
    let digits: Vec<u8> = text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    let bytes: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
    bytes.try_into().ok().filter(|_| rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1","object":"event","type":"checkout.session.completed","data":{"object":{"id":"cs_1","object":"checkout.session","payment_status":"paid","client_reference_id":"rep_1"}}}"#;
    const V1: &str = "a777e1bc9441b00fb14c0a69a5378c4a922dc1b9b3a672feb2940450cdb0a540";
    const SECOND: i64 = 1_700_000_000;

    fn check(header: &str, body: &[u8], secrets: &[&str], second: i64) -> Result<(), EventRefused> {
        let secrets: Vec<SecretString> = secrets.iter().map(|secret| SecretString::from(*secret)).collect();
        verify(header, body, &secrets, Timestamp::from_second(second).unwrap())
    }

    #[test]
    fn a_signature_that_stripes_own_library_made() {
        let good = format!("t={SECOND},v1={V1}");
        for second in [SECOND, SECOND + 300, SECOND - 300] {
            assert_eq!(check(&good, BODY, &["whsec_test"], second), Ok(()));
        }
        for second in [SECOND + 301, SECOND - 301, 0, i64::from(u32::MAX)] {
            assert_eq!(check(&good, BODY, &["whsec_test"], second), Err(EventRefused::Stale));
        }
        assert_eq!(check(&good, BODY, &["whsec_new", "whsec_test"], SECOND), Ok(()));
        assert_eq!(check(&good, BODY, &["whsec_other"], SECOND), Err(EventRefused::Forged));
        assert_eq!(check(&good, BODY, &[], SECOND), Err(EventRefused::Forged));
        assert_eq!(check(&good.to_ascii_uppercase().replace("T=", "t=").replace("V1=", "v1="), BODY, &["whsec_test"], SECOND), Ok(()));
    }

    #[test]
    fn any_flipped_bit_is_noticed() {
        let good = format!("t={SECOND},v1={V1}");
        for at in 0..BODY.len() {
            let mut body = BODY.to_vec();
            body[at] ^= 1;
            assert_eq!(check(&good, &body, &["whsec_test"], SECOND), Err(EventRefused::Forged), "{at}");
        }
        assert_eq!(check(&format!("t={},v1={V1}", SECOND + 1), BODY, &["whsec_test"], SECOND), Err(EventRefused::Forged));
    }

    #[test]
    fn several_signatures_and_other_schemes() {
        let other = "0".repeat(64);
        for header in [
            format!("t={SECOND},v1={other},v1={V1}"),
            format!("t={SECOND},v1={V1},v1={other}"),
            format!("v1={V1},t={SECOND}"),
            format!("t={SECOND}, v1={V1}, v0={other}"),
            format!("t={SECOND},v2=zz,v1=zz,x,v1={V1}"),
        ] {
            assert_eq!(check(&header, BODY, &["whsec_test"], SECOND), Ok(()), "{header}");
        }
        let crowded = format!("t={SECOND}{},v1={V1}", format!(",v1={other}").repeat(MOST_SIGNATURES));
        for header in [
            String::new(),
            "junk".to_owned(),
            format!("v1={V1}"),
            format!("t={SECOND}"),
            format!("t={SECOND},v0={V1}"),
            format!("t={SECOND},v1={}", &V1[..62]),
            format!("t={SECOND},v1={V1}00"),
            format!("t={SECOND},v1={V1}0"),
            format!("t={SECOND},t={SECOND},v1={V1}"),
            format!("t=,v1={V1}"),
            format!("t=99999999999999999999999,v1={V1}"),
            format!("t={SECOND};v1={V1}"),
            crowded,
        ] {
            assert_eq!(check(&header, BODY, &["whsec_test"], SECOND), Err(EventRefused::Forged), "{header}");
        }
    }
}
