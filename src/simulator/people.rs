//! The people who have an account at the simulated Google, and the Drives of those beside the sample company's owner.

use super::company::{Company, CompanyError, CompanyFile};

/// The documents of the second company.
const SECOND_COMPANY: &[&str] = &[include_str!("second_company/quality_policy.md"), include_str!("second_company/risk_file.md")];

/// Somebody with an account.
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// What ID tokens call them: never reused, other than an address.
    pub subject: String,
    pub name: String,
    pub email: String,
    /// What the Drive page calls the place that they work at.
    pub company: String,
}

/// Everybody, with what lies in their Drives: the owner of the company first, then a colleague whose Drive is empty, and somebody
/// of another company with a small Drive.
pub(super) fn people(company: &Company) -> Result<Vec<(Person, Company)>, CompanyError> {
    let second = Company {
        name: "Harwick Sensors Ltd (fictional)".to_owned(),
        owner_name: "Tomasz Wilk".to_owned(),
        owner_email: "tomasz.wilk@harwick-sensors.example".to_owned(),
        files: SECOND_COMPANY.iter().map(|text| CompanyFile::from_source(text)).collect::<Result<_, _>>()?,
    };
    let colleague = Company {
        name: company.name.clone(),
        owner_name: "Noor Haddad".to_owned(),
        owner_email: "noor.haddad@tannhauer-medical.example".to_owned(),
        files: Vec::new(),
    };
    let of = |number: u32, company: &Company| Person {
        subject: format!("1080000000000000000{number:02}"),
        name: company.owner_name.clone(),
        email: company.owner_email.clone(),
        company: company.name.clone(),
    };
    Ok(vec![(of(1, company), company.clone()), (of(2, &colleague), colleague), (of(3, &second), second)])
}
