//! Which columns are sealed, and the place that each of their records is bound to. A column that is not named here is
//! stored in clear.

/// A column whose values are sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SealedColumn {
    /// Its table.
    pub table: &'static str,
    /// The column with the id of the row.
    pub row: &'static str,
    /// The column with the id of the customer.
    pub customer: &'static str,
    /// The column itself.
    pub column: &'static str,
    /// What it holds, for errors.
    pub what: &'static str,
}

impl SealedColumn {
    /// The place of a record: one that is moved to another row, column or customer does not open there.
    pub(super) fn place(&self, row: &str, customer: &str) -> String {
        format!("{}/{row}/{customer}/{}", self.table, self.column)
    }
}

/// Subject at the issuer and e-mail address.
pub(super) const CUSTOMER_IDENTITY: SealedColumn =
    SealedColumn { table: "customer", row: "id", customer: "id", column: "identity", what: "an identity" };
/// PKCE verifier, nonce and the way back.
pub(super) const FLOW_CONTENT: SealedColumn =
    SealedColumn { table: "flow", row: "state_hash", customer: "customer_id", column: "content", what: "a sign-in under way" };
/// E-mail address of the Google account.
pub(super) const CONNECTION_ACCOUNT: SealedColumn =
    SealedColumn { table: "connection", row: "id", customer: "customer_id", column: "account", what: "a Google account's name" };
/// Refresh token.
pub(super) const CONNECTION_REFRESH_TOKEN: SealedColumn =
    SealedColumn { table: "connection", row: "id", customer: "customer_id", column: "refresh_token", what: "a grant" };
/// Ids and names of shared folders.
pub(super) const CONNECTION_FOLDERS: SealedColumn =
    SealedColumn { table: "connection", row: "id", customer: "customer_id", column: "folders", what: "shared folders" };
/// What was ordered.
pub(super) const REVIEW_ORDER: SealedColumn =
    SealedColumn { table: "review", row: "id", customer: "customer_id", column: "ordered", what: "a review's order" };
/// The bytes of `review.json`.
pub(super) const ASSESSMENT_CONTENT: SealedColumn =
    SealedColumn { table: "assessment", row: "review_id", customer: "customer_id", column: "content", what: "a review's result" };

/// What a letter tells.
pub(super) const MAIL_NOTICE: SealedColumn =
    SealedColumn { table: "mail", row: "id", customer: "customer_id", column: "notice", what: "a letter" };
/// What a schedule orders.
pub(super) const SCHEDULE_ORDER: SealedColumn =
    SealedColumn { table: "schedule", row: "connection_id", customer: "customer_id", column: "ordered", what: "a schedule's order" };
/// About what something was decided.
pub(super) const DECISION_PLACE: SealedColumn =
    SealedColumn { table: "decision", row: "id", customer: "customer_id", column: "place", what: "a decision's place" };
/// What was decided, by whom and why.
pub(super) const DECISION_CONTENT: SealedColumn =
    SealedColumn { table: "decision", row: "id", customer: "customer_id", column: "content", what: "a decision" };
/// What files gave in a review.
pub(super) const EXAMINATION_CONTENT: SealedColumn =
    SealedColumn { table: "examination", row: "id", customer: "customer_id", column: "content", what: "what files gave" };

/// All of them.
pub(super) const SEALED_COLUMNS: [SealedColumn; 12] = [
    CUSTOMER_IDENTITY,
    FLOW_CONTENT,
    CONNECTION_ACCOUNT,
    CONNECTION_REFRESH_TOKEN,
    CONNECTION_FOLDERS,
    REVIEW_ORDER,
    ASSESSMENT_CONTENT,
    MAIL_NOTICE,
    SCHEDULE_ORDER,
    DECISION_PLACE,
    DECISION_CONTENT,
    EXAMINATION_CONTENT,
];
