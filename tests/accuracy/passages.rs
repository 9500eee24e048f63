//! Short passages with verdicts, written by a hand that had not seen the rules.
