#![no_main]

use libfuzzer_sys::fuzz_target;
use sitstay::{
    provider::ProviderEvent,
    stripe::{EventScope, Mode, PROVIDER, read_event},
};

/// What was read is stored as JSON, and is the same when it is read from there.
fn is_stored_as_read(event: &ProviderEvent) {
    assert_eq!(event.provider.as_str(), PROVIDER);
    let stored = serde_json::to_string(event).expect("an event can be written");
    assert_eq!(serde_json::from_str::<ProviderEvent>(&stored).ok().as_ref(), Some(event));
}

fuzz_target!(|body: &[u8]| {
    let [live, test] = [Mode::Live, Mode::Test].map(EventScope::new);
    for scope in [live, test, live.with_connected_payouts()] {
        let read = read_event(body, scope);
        if let Ok(Some(event)) = &read {
            is_stored_as_read(event);
        }
        assert_eq!(read, read_event(body, scope));
    }
});
