//! What is known of files from the review before, so that an unchanged one is neither fetched nor read again. A document is judged by
//! itself, so what was seen in it then is what would be seen now, as long as all on which that depends is the same.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::account::TokenHash;
use crate::evidence::{Checksum, FileContent, SourceFile};
use crate::ports::KeptExamination;

/// What was kept of the review before. Whoever keeps nothing takes [`KnownFiles::none`].
#[derive(Default)]
pub struct KnownFiles {
    /// All on which what is seen in a file depends beside the file: program, catalog, limits, choice. None: nothing is to be kept.
    basis: Option<String>,
    kept: HashMap<String, KeptExamination>,
}

impl KnownFiles {
    /// Nothing is known, and nothing will be kept.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// What was kept, under the basis of this review.
    #[must_use]
    pub fn of(basis: String, kept: Vec<KeptExamination>) -> Self {
        let mut known = Self { basis: Some(basis), kept: HashMap::new() };
        known.learn(kept);
        known
    }

    /// Adds what was learnt meanwhile.
    pub fn learn(&mut self, kept: Vec<KeptExamination>) {
        self.kept.extend(kept.into_iter().map(|one| (one.key.clone(), one)));
    }

    /// What is known of a file under its key.
    #[must_use]
    pub fn get(&self, key: Option<&str>) -> Option<&KeptExamination> {
        self.kept.get(key?)
    }

    /// The key of a file: none when nothing is to be kept, or when the listing does not tell whether the file has changed.
    #[must_use]
    pub fn key(&self, file: &SourceFile) -> Option<String> {
        let basis = self.basis.as_deref()?;
        let identity = match &file.content {
            FileContent::Stored { checksum: Some(Checksum::Sha256(digest)), size_bytes } => format!("sha256 {digest} {size_bytes:?}"),
            FileContent::Stored { checksum: Some(Checksum::Md5(digest)), size_bytes } => format!("md5 {digest} {size_bytes:?}"),
            FileContent::Stored { checksum: None, .. } => return None,
            // Google raises the version with every change, and sometimes without one: then it is read once more than needed.
            FileContent::Exported(format) => format!("{} at version {}", format.mime(), file.revision.as_deref()?),
        };
        let mut digest = Sha256::new();
        let parts =
            [basis, &file.path, file.file_id.as_deref().unwrap_or(""), &file.mime, file.revision.as_deref().unwrap_or(""), &identity];
        for part in parts {
            // Each with its length, so that no other parts give the same bytes.
            digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part);
        }
        Some(TokenHash::of(digest.finalize().into()).as_str().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::ExportFormat;

    fn file() -> SourceFile {
        SourceFile {
            path: "a/plan.pdf".into(),
            file_id: Some("1".into()),
            resource_key: None,
            mime: "application/pdf".into(),
            revision: Some("7".into()),
            content: FileContent::Stored { size_bytes: Some(9), checksum: Some(Checksum::Md5("ab".into())) },
            web_link: None,
        }
    }

    #[test]
    fn whatever_could_change_what_is_seen_changes_the_key() {
        let known = KnownFiles::of("one".into(), Vec::new());
        let stored = |size_bytes, checksum| FileContent::Stored { size_bytes, checksum };
        let doc =
            |revision: &str| SourceFile { revision: Some(revision.into()), content: FileContent::Exported(ExportFormat::Docx), ..file() };
        let others = [
            SourceFile { path: "a/draft plan.pdf".into(), ..file() },
            SourceFile { file_id: Some("2".into()), ..file() },
            SourceFile { mime: "text/plain".into(), ..file() },
            SourceFile { revision: Some("8".into()), ..file() },
            SourceFile { content: stored(Some(10), Some(Checksum::Md5("ab".into()))), ..file() },
            SourceFile { content: stored(Some(9), Some(Checksum::Md5("ac".into()))), ..file() },
            SourceFile { content: stored(Some(9), Some(Checksum::Sha256("ab".into()))), ..file() },
            doc("7"),
            doc("8"),
        ];
        let mut keys: Vec<Option<String>> = others.iter().map(|other| known.key(other)).collect();
        keys.push(known.key(&file()));
        keys.push(KnownFiles::of("two".into(), Vec::new()).key(&file()));
        let count = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), count);
        assert!(keys.iter().all(Option::is_some));
        assert_eq!(known.key(&file()), known.key(&SourceFile { web_link: Some("x".into()), ..file() }));
    }

    #[test]
    fn what_may_have_changed_unseen_has_no_key() {
        let known = KnownFiles::of("one".into(), Vec::new());
        let unchecked = SourceFile { content: FileContent::Stored { size_bytes: Some(9), checksum: None }, ..file() };
        let unversioned = SourceFile { revision: None, content: FileContent::Exported(ExportFormat::Docx), ..file() };
        assert_eq!((known.key(&unchecked), known.key(&unversioned), KnownFiles::none().key(&file())), (None, None, None));
    }
}
