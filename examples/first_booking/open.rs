use std::sync::Arc;

use sitstay::{
    memory::MemoryRepository,
    money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
    platform::{Error, Platform},
    policy::PlatformPolicy,
};

/// Opens a platform in memory.
pub(crate) fn open() -> Result<Platform, Error> {
    // Prices are in euros: steps of one cent, from 50 cents on.
    let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50)?])?;
    // The platform's part of each price is 15 %.
    let policy = PlatformPolicy::new(BasisPoints::new(1_500)?, money);
    Ok(Platform::new(Arc::new(MemoryRepository::new()), policy))
}
