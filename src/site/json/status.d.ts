/**
 * What `/status.json` holds. Times are RFC 3339 in UTC, lengths are in milliseconds, percentages
 * are rounded down. Keys may be added; none changes its meaning.
 */
export interface Status {
  page: { title: string; url: string; timezone: string };
  /** When this file was made. */
  generated_at: string;
  /** The newest check; null before the first. Older than `hold_ms`, it speaks of the past. */
  checked_at: string | null;
  interval_ms: number;
  /** How long a check speaks. */
  hold_ms: number;
  /** What a partial outage weighs in uptime, where a major one is 1. */
  partial_outage_weight: number;
  /** Whether `checked_at` was older than `hold_ms` when this file was made. */
  stale: boolean;
  status: { indicator: Indicator; description: string; sentence: string };
  /** Of the time in which no component was down. */
  uptime: Window[];
  components: Component[];
  groups: Group[];
  /** All open ones, and the newest of the past. */
  incidents: Incident[];
  /** Each window of a series has an entry; of those to come the next one. */
  maintenance: Maintenance[];
  corrections: Correction[];
}

export type Indicator = "none" | "unknown" | "maintenance" | "minor" | "major" | "critical";

export type ComponentStatus =
  | "operational"
  | "unknown"
  | "under_maintenance"
  | "degraded_performance"
  | "partial_outage"
  | "major_outage";

export type Outcome = "up" | "degraded" | "down" | "unknown";

export interface Part {
  id: string;
  name: string;
  status: ComponentStatus;
  uptime: Window[];
  months: Month[];
  days: Day[];
  /** Newest first. */
  outages: Outage[];
}

export interface Component extends Part {
  /** The id of its group. */
  group: string | null;
  /** Since when its status is so. */
  since: string | null;
  /** Whether anything checks it; else people alone speak for it. */
  checked: boolean;
  probes: Probe[];
}

export interface Group extends Part {
  /** The ids of its members. */
  components: string[];
}

/** The newest sample of a probe; all null before the first. */
export interface Probe {
  id: string;
  outcome: Outcome | null;
  time: string | null;
  latency_ms: number | null;
  code: number | null;
  detail: string | null;
}

export interface Numbers {
  /** These are null without enough data. */
  availability_percent: number | null;
  full_performance_percent: number | null;
  raw_percent: number | null;
  coverage_percent: number | null;
  lower_bound_percent: number | null;
  upper_bound_percent: number | null;
  down_ms: number;
  window_ms: number;
  observed_ms: number;
  excluded_ms: number;
  major_ms: number;
  partial_ms: number;
  degraded_ms: number;
  raw_major_ms: number;
  raw_partial_ms: number;
  missing_ms: number;
}

export interface Tally {
  outages: number;
  recovered: number;
  mean_time_to_recovery_ms: number | null;
  mean_time_to_declaration_ms: number | null;
}

export interface Window extends Numbers, Tally {
  /** 1 is the last 24 hours. */
  days: number;
}

export interface Month extends Numbers, Tally {
  /** `2026-11` */
  month: string;
}

export interface Day extends Numbers {
  /** In the zone of the site. */
  date: string;
  from: string;
  to: string;
  /** The worst of the day. */
  status: ComponentStatus;
  /** Why; empty for a day without anything to tell. */
  intervals: Interval[];
}

export interface Interval {
  from: string;
  to: string;
  status: ComponentStatus;
  counts_as: "up" | "degraded" | "partial" | "down" | "excluded" | "missing" | "before_life";
  causes: Cause[];
}

export type Cause =
  | { kind: "probe"; probe: string; outcome: Outcome; locations: string[]; speaking: number }
  | { kind: "unconfirmed"; probe: string; outcome: Outcome; locations: string[] }
  | { kind: "no_data"; probe: string | null }
  | { kind: "incident"; incident: string; status: ComponentStatus; counts: boolean }
  | { kind: "maintenance"; maintenance: string; announced: boolean }
  | { kind: "correction"; correction: string }
  | { kind: "member"; component: string; status: ComponentStatus };

export interface Outage {
  from: string;
  /** Null while it lasts. */
  to: string | null;
  status: ComponentStatus;
  lost_sight: boolean;
  in_maintenance: boolean;
  counted_ms: number;
  detected_at: string | null;
  declared_at: string | null;
  /** Slugs. */
  incidents: string[];
  detail: string;
}

export interface Incident {
  slug: string;
  title: string;
  url: string;
  /** Null when it cannot be read. */
  status: "investigating" | "identified" | "monitoring" | "resolved" | "postmortem" | null;
  impact: "none" | "minor" | "major" | "critical";
  open: boolean;
  informational: boolean;
  affects_uptime: boolean;
  started_at: string | null;
  /** The first failing sample of the outages that it speaks of. */
  detected_at: string | null;
  /** Its first update. */
  declared_at: string | null;
  resolved_at: string | null;
  /** Ids. */
  components: string[];
  /** Newest first. */
  updates: Update[];
  /** What is wrong with its file. */
  mistakes: string[];
}

export interface Update {
  at: string;
  status: NonNullable<Incident["status"]>;
  /** No person wrote it: the program did, from what checks or a monitoring system found. */
  automatic: boolean;
  /** Plain text of several lines. */
  text: string;
}

export interface Maintenance {
  slug: string;
  title: string;
  url: string;
  status: "scheduled" | "in_progress" | "verifying" | "completed" | "cancelled";
  /** The planned window; null when it cannot be read. */
  start: string | null;
  end: string | null;
  began_at: string | null;
  /** Null while nobody has said that it is over. */
  ended_at: string | null;
  /** It went on after its planned end. */
  overrun: boolean;
  /** An RRULE of RFC 5545, in `timezone`. */
  repeat: string | null;
  timezone: string;
  announced_at: string | null;
  /** Ids. */
  components: string[];
  /** What was announced, as plain text of several lines. */
  text: string;
  mistakes: string[];
}

export interface Correction {
  slug: string;
  components: string[];
  from: string;
  until: string;
  /** Markdown. */
  reason: string;
}
