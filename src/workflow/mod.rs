//! One file per thing the product does.
