//! Which part of a Drive is reviewed, as written on the command line.

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DriveScope {
    /// The person's own Drive ("My Drive").
    Root,
    /// Own Drive, files shared with the person, and every shared drive.
    All,
    /// One folder or shared drive, by id.
    Folder(String),
}

impl DriveScope {
    /// Reads `drive:root`, `drive:all` or `drive:<id>`; none when the text is not a Drive at all.
    ///
    /// # Errors
    /// One sentence when it begins with `drive:` but what follows cannot be an id.
    #[must_use]
    pub fn parse(text: &str) -> Option<Result<Self, String>> {
        let id = text.strip_prefix("drive:")?;
        Some(match id {
            "root" => Ok(Self::Root),
            "all" => Ok(Self::All),
            _ if is_id(id) => Ok(Self::Folder(id.to_owned())),
            _ => Err(
                "After `drive:` comes `root`, `all`, or the id of a folder or shared drive (the last part of its address in the browser)"
                    .to_owned(),
            ),
        })
    }

    /// The root as reports name it: `root`, `all` or the id.
    #[must_use]
    pub fn root(&self) -> &str {
        match self {
            Self::Root => "root",
            Self::All => "all",
            Self::Folder(id) => id,
        }
    }
}

/// Ids of Drive are letters, digits, `-` and `_`. Anything else must never get into a path of a URL.
fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 256 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes() {
        assert_eq!(DriveScope::parse("drive:root"), Some(Ok(DriveScope::Root)));
        assert_eq!(DriveScope::parse("drive:all"), Some(Ok(DriveScope::All)));
        assert_eq!(DriveScope::parse("drive:0AbC-_9"), Some(Ok(DriveScope::Folder("0AbC-_9".into()))));
        assert_eq!(DriveScope::parse("./QMS"), None);
        for bad in ["drive:", "drive:a/b", "drive:../x", "drive:a b", "drive:é"] {
            assert!(DriveScope::parse(bad).is_some_and(|r| r.is_err()), "{bad}");
        }
    }
}
