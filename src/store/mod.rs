//! What is kept between runs: sealed grants.
