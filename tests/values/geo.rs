//! Points and distances against an ellipsoid, and boxes against the circles that they hold.

use geographiclib_rs::{Geodesic, InverseGeodesic};
use proptest::prelude::*;
use sitstay::geo::{GeoPoint, distance_metres};

fn any_point() -> impl Strategy<Value = GeoPoint> {
    const POLE: i32 = 900_000_000;
    let latitude =
        prop_oneof![4 => -POLE..=POLE, 1 => Just(POLE), 1 => Just(-POLE), 1 => 890_000_000..=POLE];
    let longitude = prop_oneof![
        4 => -2 * POLE..=2 * POLE,
        1 => 2 * POLE - 1_000_000..=2 * POLE,
        1 => -2 * POLE..=-2 * POLE + 1_000_000,
    ];
    (latitude, longitude)
        .prop_map(|(latitude, longitude)| GeoPoint::new(latitude, longitude).unwrap())
}

proptest! {
    #[test]
    fn distance_is_symmetrical_and_zero_only_to_itself_within_a_metre(a in any_point(), b in any_point()) {
        prop_assert_eq!(distance_metres(a, b), distance_metres(b, a));
        prop_assert_eq!(distance_metres(a, a), 0);
        prop_assert!(distance_metres(a, b) <= 20_015_114);
    }

    #[test]
    fn distance_is_within_the_stated_bound_of_the_ellipsoid(a in any_point(), b in any_point()) {
        let ((lat_a, lon_a), (lat_b, lon_b)) = (a.to_degrees(), b.to_degrees());
        let exact: f64 = Geodesic::wgs84().inverse(lat_a, lon_a, lat_b, lon_b);
        let error = (f64::from(distance_metres(a, b)) - exact).abs();
        prop_assert!(error <= 0.5 + exact * 0.005_62, "{a} to {b}: {exact} m, {error} m away");
    }

    /// Where the bound is tight, which points at random hardly ever meet.
    #[test]
    fn distance_near_the_equator_is_within_the_stated_bound(
        latitude in -20_000_000..=20_000_000_i32, longitude in -1_800_000_000..=1_800_000_000_i32,
        north in -20_000_000..=20_000_000_i32, east in -1_000_000..=1_000_000_i32,
    ) {
        let a = GeoPoint::new(latitude, longitude).unwrap();
        let b = GeoPoint::new(latitude + north, (longitude + east).clamp(-1_800_000_000, 1_800_000_000)).unwrap();
        let ((lat_a, lon_a), (lat_b, lon_b)) = (a.to_degrees(), b.to_degrees());
        let exact: f64 = Geodesic::wgs84().inverse(lat_a, lon_a, lat_b, lon_b);
        let error = (f64::from(distance_metres(a, b)) - exact).abs();
        prop_assert!(error <= 0.5 + exact * 0.005_62, "{a} to {b}: {exact} m, {error} m away");
    }

    #[test]
    fn boxes_hold_every_point_within_the_radius(
        centre in any_point(),
        bearing in 0.0..360.0_f64,
        radius in prop_oneof![0..100_u32, 0..1_000_000_u32, 0..21_000_000_u32],
        nearness in prop_oneof![Just(1.0), 0.0..1.0_f64],
    ) {
        let point = travelled(centre, bearing, f64::from(radius) * nearness);
        if distance_metres(centre, point) <= radius {
            prop_assert!(
                centre.bounding_boxes(radius).contains(point),
                "{point} is {} m from {centre}", distance_metres(centre, point)
            );
        }
    }

    #[test]
    fn boxes_hold_every_random_point_within_the_distance(a in any_point(), b in any_point()) {
        prop_assert!(a.bounding_boxes(distance_metres(a, b)).contains(b));
    }

    #[test]
    fn boxes_reach_no_further_east_than_the_circle(
        latitude in -700_000_000..=700_000_000_i32, radius in 1_000..2_000_000_u32,
    ) {
        let centre = GeoPoint::new(latitude, 0).unwrap();
        let edge = f64::from(centre.bounding_boxes(radius).first().east) / 1e7;
        // Where a meridian is the tangent of the circle.
        let touching = (centre.to_degrees().0.to_radians().sin()
            / (f64::from(radius) / 6_371_008.8).cos()).asin().to_degrees();
        let distance = distance_metres(centre, GeoPoint::from_degrees(touching, edge).unwrap());
        prop_assert!(distance.abs_diff(radius) <= 3, "{distance} m");
    }

    #[test]
    fn boxes_leave_out_what_is_far_north_or_south(a in any_point(), b in any_point(), radius in 0..5_000_000_u32) {
        // A degree of latitude is never shorter than 110.5 km.
        let north_south = f64::from(a.latitude().abs_diff(b.latitude())) / 1e7 * 110_500.0;
        if north_south > f64::from(radius) * 1.01 + 10.0 {
            prop_assert!(!a.bounding_boxes(radius).contains(b));
        }
    }

    #[test]
    fn points_survive_degrees_and_json(point in any_point()) {
        let (latitude, longitude) = point.to_degrees();
        prop_assert_eq!(GeoPoint::from_degrees(latitude, longitude), Ok(point));
        let json = serde_json::to_string(&point).unwrap();
        prop_assert_eq!(serde_json::from_str::<GeoPoint>(&json).unwrap(), point);
    }

    #[test]
    fn the_public_point_is_near_and_rounded(point in any_point()) {
        let public = point.rounded_public();
        prop_assert_eq!((public.latitude() % 100_000, public.longitude() % 100_000), (0, 0));
        prop_assert!(point.latitude().abs_diff(public.latitude()) <= 50_000);
        prop_assert!(distance_metres(point, public) <= 790);
        prop_assert_eq!(public.rounded_public(), public);
    }
}

/// Goes a distance from a point on a sphere with the library's radius.
fn travelled(from: GeoPoint, bearing: f64, metres: f64) -> GeoPoint {
    let angle = metres / 6_371_008.8;
    let bearing = bearing.to_radians();
    let (latitude, longitude) = from.to_degrees();
    let (latitude, longitude) = (latitude.to_radians(), longitude.to_radians());
    let end = (latitude.sin() * angle.cos() + latitude.cos() * angle.sin() * bearing.cos())
        .clamp(-1.0, 1.0)
        .asin();
    let east = (bearing.sin() * angle.sin() * latitude.cos())
        .atan2(angle.cos() - latitude.sin() * end.sin());
    let longitude = ((longitude + east).to_degrees() + 540.0).rem_euclid(360.0) - 180.0;
    GeoPoint::from_degrees(end.to_degrees().clamp(-90.0, 90.0), longitude).unwrap()
}

#[test]
fn known_distances_are_right_across_the_antimeridian_and_at_the_poles() {
    let point = |latitude, longitude| GeoPoint::from_degrees(latitude, longitude).unwrap();
    let degree = 111_195;
    let cases = [
        (point(0.0, 179.5), point(0.0, -179.5), degree),
        (point(0.0, 180.0), point(0.0, -180.0), 0),
        (point(90.0, 12.0), point(90.0, -70.0), 0),
        (point(89.5, 0.0), point(89.5, 180.0), degree),
        (point(-90.0, 0.0), point(90.0, 0.0), 20_015_114),
        (point(51.5, -0.12), point(48.86, 2.35), 342_165),
    ];
    for (a, b, metres) in cases {
        assert_eq!(distance_metres(a, b), metres, "{a} to {b}");
    }
}

#[test]
fn boxes_wrap_at_the_antimeridian_and_go_around_a_pole() {
    let point = |latitude, longitude| GeoPoint::from_degrees(latitude, longitude).unwrap();
    let wrapping = point(10.0, 179.95).bounding_boxes(20_000);
    assert!(wrapping.second().is_some());
    assert!(wrapping.contains(point(10.0, -179.9)) && !wrapping.contains(point(10.0, 0.0)));

    let plain = point(10.0, 20.0).bounding_boxes(20_000);
    assert!(plain.second().is_none());
    assert!(!plain.contains(point(10.0, 20.3)) && !plain.contains(point(10.3, 20.0)));

    let polar = point(89.95, 20.0).bounding_boxes(20_000);
    assert!(polar.contains(point(89.95, -160.0)) && polar.second().is_none());
    let world = point(10.0, 20.0).bounding_boxes(u32::MAX);
    assert!(world.contains(point(-90.0, -160.0)));
}

#[test]
fn points_off_the_earth_are_refused() {
    for (latitude, longitude) in
        [(90.000_000_1, 0.0), (0.0, -180.000_000_1), (f64::NAN, 0.0), (0.0, f64::INFINITY)]
    {
        assert!(GeoPoint::from_degrees(latitude, longitude).is_err());
    }
    assert!(GeoPoint::new(900_000_001, 0).is_err());
    assert!(serde_json::from_str::<GeoPoint>(r#"{"latitude":91,"longitude":0}"#).is_err());
    assert_eq!(GeoPoint::new(0, 1_800_000_000), GeoPoint::new(0, -1_800_000_000));
}
