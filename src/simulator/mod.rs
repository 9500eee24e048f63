//! The simulated Google of the demo and of the tests.
