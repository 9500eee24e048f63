//! What a refusal of Drive means: decided by the reason in its body, never by the status alone. Pure.

use crate::drive::wire::ErrorBody;

/// What went wrong with a request, in our words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The request or its page token was not understood.
    BadRequest,
    /// The access token is no longer good.
    TokenRejected,
    /// Too fast; wait and try again.
    SlowDown,
    /// A quota of the day is used up; trying again now is useless.
    QuotaUsedUp,
    /// This file was downloaded too often today.
    DownloadQuota,
    /// Google flags the file as malware or abuse.
    FlaggedAsAbuse,
    /// The export would be larger than Google allows.
    TooLargeToExport,
    /// The file cannot be downloaded or exported.
    NotDownloadable,
    /// The person may not read this file.
    NoPermission,
    /// The grant covers picked files only, and this one was not picked.
    NotPicked,
    /// The grant lacks the scope.
    ScopeMissing,
    /// An administrator blocks Drive apps.
    BlockedByAdministrator,
    /// The Drive API is off in the operator's project.
    ApiSwitchedOff,
    /// Not there, or not shared.
    NotFound,
    /// A passing failure on Google's side.
    Passing,
    /// A condition or range that no longer fits.
    Precondition,
    /// A refusal that we do not know.
    Unknown,
}

impl Meaning {
    /// Whether waiting and asking again can help.
    pub(super) fn is_worth_retrying(self) -> bool {
        matches!(self, Self::SlowDown | Self::Passing)
    }
}

/// Reads the meaning of an answer that is not a success. The body may be JSON, HTML or empty.
pub(super) fn meaning(status: u16, body: &[u8]) -> Meaning {
    let reason = reason(body).unwrap_or_default();
    // Reasons are the same words in two spellings: userRateLimitExceeded and USER_RATE_LIMIT_EXCEEDED.
    match plain(&reason).as_str() {
        "ratelimitexceeded" | "userratelimitexceeded" | "sharingratelimitexceeded" => return Meaning::SlowDown,
        "quotaexceeded" | "dailylimitexceeded" => return Meaning::QuotaUsedUp,
        "resourceexhausted" if status == 403 => return Meaning::QuotaUsedUp,
        "downloadquotaexceeded" => return Meaning::DownloadQuota,
        "cannotdownloadabusivefile" | "invalidabuseacknowledgment" => return Meaning::FlaggedAsAbuse,
        "exportsizelimitexceeded" => return Meaning::TooLargeToExport,
        "filenotdownloadable" | "filenotexportable" | "cannotexportfile" | "downloadrestrictedforrevision" => {
            return Meaning::NotDownloadable;
        }
        "insufficientfilepermissions" | "cannotdownloadfile" | "forbidden" | "teamdrivemembershiprequired" => return Meaning::NoPermission,
        "appnotauthorizedtofile" => return Meaning::NotPicked,
        "insufficientpermissions" | "accesstokenscopeinsufficient" => return Meaning::ScopeMissing,
        "domainpolicy" => return Meaning::BlockedByAdministrator,
        "accessnotconfigured" | "servicedisabled" => return Meaning::ApiSwitchedOff,
        _ => {}
    }
    match status {
        400 => Meaning::BadRequest,
        401 => Meaning::TokenRejected,
        404 | 410 => Meaning::NotFound,
        408 | 500..=599 => Meaning::Passing,
        412 | 416 => Meaning::Precondition,
        429 => Meaning::SlowDown,
        _ => Meaning::Unknown,
    }
}

/// The reason that an error body states, as it is written there.
fn reason(body: &[u8]) -> Option<String> {
    let error = serde_json::from_slice::<ErrorBody>(body).ok()?.error;
    let stated = error.errors.into_iter().chain(error.details).find_map(|entry| entry.reason);
    stated.or(error.status)
}

fn plain(reason: &str) -> String {
    reason.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(reason: &str) -> Vec<u8> {
        format!(r#"{{"error":{{"code":403,"message":"m","errors":[{{"domain":"d","reason":"{reason}","message":"m"}}]}}}}"#).into_bytes()
    }

    #[test]
    fn each_row_of_the_table() {
        use Meaning::*;
        for (status, reason, expected) in [
            (400, "badRequest", BadRequest),
            (400, "invalid", BadRequest),
            (400, "invalidParameter", BadRequest),
            (401, "authError", TokenRejected),
            (401, "unauthorized", TokenRejected),
            (401, "ACCESS_TOKEN_EXPIRED", TokenRejected),
            (403, "rateLimitExceeded", SlowDown),
            (403, "userRateLimitExceeded", SlowDown),
            (403, "sharingRateLimitExceeded", SlowDown),
            (403, "RATE_LIMIT_EXCEEDED", SlowDown),
            (403, "quotaExceeded", QuotaUsedUp),
            (403, "dailyLimitExceeded", QuotaUsedUp),
            (403, "RESOURCE_EXHAUSTED", QuotaUsedUp),
            (403, "downloadQuotaExceeded", DownloadQuota),
            (403, "cannotDownloadAbusiveFile", FlaggedAsAbuse),
            (403, "invalidAbuseAcknowledgment", FlaggedAsAbuse),
            (403, "exportSizeLimitExceeded", TooLargeToExport),
            (403, "fileNotDownloadable", NotDownloadable),
            (403, "fileNotExportable", NotDownloadable),
            (403, "cannotExportFile", NotDownloadable),
            (403, "download_restricted_for_revision", NotDownloadable),
            (403, "insufficientFilePermissions", NoPermission),
            (403, "cannotDownloadFile", NoPermission),
            (403, "forbidden", NoPermission),
            (403, "teamDriveMembershipRequired", NoPermission),
            (403, "appNotAuthorizedToFile", NotPicked),
            (403, "insufficientPermissions", ScopeMissing),
            (401, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", ScopeMissing),
            (403, "domainPolicy", BlockedByAdministrator),
            (403, "accessNotConfigured", ApiSwitchedOff),
            (403, "SERVICE_DISABLED", ApiSwitchedOff),
            (404, "notFound", NotFound),
            (404, "fileNotFound", NotFound),
            (500, "backendError", Passing),
            (503, "internalError", Passing),
            (412, "conditionNotMet", Precondition),
            (416, "requestedRangeNotSatisfiable", Precondition),
            (429, "anything", SlowDown),
            (429, "RESOURCE_EXHAUSTED", SlowDown),
            (403, "somethingNew", Unknown),
        ] {
            assert_eq!(meaning(status, &body(reason)), expected, "{status} {reason}");
        }
    }

    #[test]
    fn bodies_without_a_reason() {
        assert_eq!(meaning(500, b"<html>Sorry</html>"), Meaning::Passing);
        assert_eq!(meaning(408, b""), Meaning::Passing);
        assert_eq!(meaning(403, b""), Meaning::Unknown);
        let new_shape =
            br#"{"error":{"code":403,"status":"PERMISSION_DENIED","details":[{"@type":"t/ErrorInfo","reason":"SERVICE_DISABLED"}]}}"#;
        assert_eq!(meaning(403, new_shape), Meaning::ApiSwitchedOff);
        assert_eq!(meaning(403, br#"{"error":{"code":403,"status":"PERMISSION_DENIED"}}"#), Meaning::Unknown);
    }
}
