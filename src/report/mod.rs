//! Words and pages from an assessment.
