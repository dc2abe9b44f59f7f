// What is said of a trainer, in few words.

import { money } from "./format.js";

export const fullName = ({ first_name, last_name }) => `${first_name} ${last_name}`;

export function facts({ city, is_verified, rating, years_of_experience: years }) {
  const known = [city, is_verified && "verified", years > 0 && `${years} years with dogs`];
  known.push(stars(rating));
  return known.filter(Boolean).join(" · ");
}

function stars({ count, mean_e4: mean }) {
  if (!count) return "no reviews yet";
  return `★\u00a0${(mean / 10_000).toFixed(1)}\u00a0(${count})`;
}

export function offers({ services }) {
  if (!services.length) return "Offers no lessons at the moment.";
  return services.map(({ name, price }) => `${name}, ${money(price)}`).join(" · ");
}

