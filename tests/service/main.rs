//! The service in the browser, from outside: real router, real SQLite, real adapters, and the simulated Google behind them.

#[cfg(test)]
mod choosing;
#[cfg(test)]
mod deciding;
#[cfg(test)]
mod downloading;
#[cfg(test)]
mod house;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod paying;
#[cfg(test)]
mod person;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod signing_in;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod table;
