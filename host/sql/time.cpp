// Points in time: what is written with now(), intervals, EXTRACT and their like, as calls of the
// few functions that a store has for it (docs/sql.md).
#include "host/sql/moment.h"
#include "host/sql/names.h"
#include "host/sql/refuse.h"
#include "host/sql/writer.h"

namespace sr::host::sql {
namespace {

constexpr std::int64_t kSecondsOfDay = 86400;
constexpr std::string_view kNow = "date_trunc('second', now())";

bool is_interval(const PgQuery__TypeName& type) {
  return std::string_view(type.names[type.n_names - 1]->string->sval) == "interval";
}

}  // namespace

// A written interval; nullopt when the node is something else.
std::optional<Interval> Writer::interval(const Node& node) {
  if (node.node_case != PG_QUERY__NODE__NODE_TYPE_CAST) return std::nullopt;
  const PgQuery__TypeCast& cast = *node.type_cast;
  if (!is_interval(*cast.type_name)) return std::nullopt;
  const bool is_text = cast.arg->node_case == PG_QUERY__NODE__NODE_A_CONST &&
                       cast.arg->a_const->val_case == PG_QUERY__A__CONST__VAL_SVAL;
  const auto interval = is_text ? interval_of(cast.arg->a_const->sval->sval) : std::nullopt;
  if (!interval) {
    refuse("interval",
           "an interval is written as '2 days', '1 year 3 months' or '01:30', and is no longer than "
           "a thousand years",
           cast.type_name->location);
  }
  return interval;
}

// Seconds since 1970 as a number, with its fraction.
Term Writer::seconds_of(const Term& moment) {
  used("date_part");
  return {.sql = "date_part('epoch', " + moment.sql + ")", .type = Type::kReal, .at = moment.at};
}

Term Writer::whole(const Term& number) {
  used("floor");
  return {.sql = "CAST(floor(" + number.sql + ") AS bigint)", .type = Type::kInteger,
          .at = number.at};
}

// Seconds since 1970 without their fraction; of a text that was read, its number.
Term Writer::whole_seconds(const Term& moment) {
  if (!moment.constant) return whole(seconds_of(moment));
  const std::int64_t seconds = epoch_of(moment.sql.substr(1, moment.sql.size() - 2));
  return {.sql = std::to_string(seconds), .type = Type::kInteger, .at = moment.at, .constant = true,
          .negative = seconds < 0, .zero = seconds == 0, .number = {.places = 0}};
}

Term Writer::shifted(Term moment, const Interval& interval, int at) {
  if (!is_moment(moment.type)) {
    refuse("interval",
           std::string("an interval is added to a point in time, not to a value of type ") +
               name_of(moment.type) +
               (moment.type == Type::kInteger ? "; add the number of seconds instead" : ""),
           at);
  }
  const bool moved_day = moment.type == Type::kDay && interval.seconds % kSecondsOfDay == 0;
  if (interval.months != 0) {
    used("timestamptz_pl_interval");
    return {.sql = "timestamptz_pl_interval(" + moment.sql + ", " +
                   quote_string(text_of(interval)) + ")",
            .type = Type::kMoment,
            .at = moment.at,
            .moved = moment.column,
            .moved_day = moved_day};
  }
  const std::int64_t seconds = interval.seconds;
  used("to_timestamp");
  return {.sql = "to_timestamp(" + seconds_of(moment).sql + (seconds < 0 ? " - " : " + ") +
                 std::to_string(seconds < 0 ? -seconds : seconds) + ")",
          .type = Type::kMoment,
          .at = moment.at,
          .moved = moment.column,
          .moved_day = moved_day};
}

// Between two days the days, else whole seconds. A text beside a day or a point in time is one.
Term Writer::difference(Term a, Term b, int at) {
  if (a.string || b.string) match(a, b, at);
  for (const Term* term : {&a, &b}) {
    if (is_moment(term->type)) continue;
    refuse("type",
           std::string("from a point in time or a day another one is subtracted, not a value of type ") +
               name_of(term->type) + "; write - INTERVAL '1 day'",
           term->at >= 0 ? term->at : at);
  }
  const Term seconds = arithmetic("-", whole_seconds(a), whole_seconds(b), at);
  if (a.type != Type::kDay || b.type != Type::kDay) return seconds;
  return arithmetic("/", seconds,
                    {.sql = "86400", .type = Type::kInteger, .constant = true, .number = {.places = 0}},
                    at);
}

Term Writer::now(int at) {
  allow_function("now", at);
  used("date_trunc");
  return {.sql = std::string(kNow), .type = Type::kMoment, .at = at};
}

Term Writer::current(const PgQuery__SQLValueFunction& node) {
  Term moment = now(node.location);
  if (node.op != PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_DATE) return moment;
  used("date");
  return {.sql = "date(" + moment.sql + ")", .type = Type::kDay, .at = node.location};
}

// A day or a point in time that stands as a text, or the day of a point in time.
Term Writer::time_cast(const std::string& type, Term value, int at) {
  const bool day = type == "date";
  if (value.string) {
    const auto text = day ? as_day(*value.string) : as_moment(*value.string);
    if (!text) {
      refuse("value", quote_string(*value.string) + " is no " +
                          name_of(day ? Type::kDay : Type::kMoment),
             value.at);
    }
    no_value(value);
    value.string = *text;
    value.sql = quote_string(*text);
    return value;
  }
  if (!day || !is_moment(value.type)) {
    refuse("cast", "only a text, or date(x) of a point in time, becomes a value of this type", at);
  }
  allow_function("date", at);
  return {.sql = "date(" + value.sql + ")", .type = Type::kDay, .at = value.at};
}

// now, date, date_trunc, date_part, extract, epoch, to_timestamp, and what intervals are written as.
Term Writer::time_call(const std::string& name, std::vector<Term> terms, int at) {
  if (name == "now") return now(at);
  if (name == "date") return {.sql = "date(" + terms[0].sql + ")", .type = Type::kDay, .at = at};
  if (name == "to_timestamp") {
    return {.sql = "to_timestamp(" + terms[0].sql + ")", .type = Type::kMoment, .at = at};
  }
  if (name == "timestamptz_pl_interval") {
    const auto interval = terms[1].string ? interval_of(*terms[1].string) : std::nullopt;
    if (!interval) {
      refuse("interval", name + " takes an interval as a plain text such as '3 months'", at);
    }
    no_value(terms[1]);
    if (interval->months == 0) functions_.erase(name);
    return shifted(std::move(terms[0]), *interval, at);
  }
  if (name == "epoch") {
    functions_.erase("epoch");  // what runs is date_part
    return whole(seconds_of(terms[0]));
  }
  const std::string unit = terms[0].string ? lower_ascii(*terms[0].string) : "";
  const bool truncates = name == "date_trunc";
  if (!(truncates ? is_truncation(unit) : is_part(unit))) {
    refuse("function",
           name + " takes a unit as a plain text: second, minute, hour, day, week, month, quarter, "
                  "year" + (truncates ? "" : ", dow, isodow, doy, epoch"),
           terms[0].at >= 0 ? terms[0].at : at);
  }
  no_value(terms[0]);
  const std::string& moment = terms[1].sql;
  if (truncates) {
    // now() is a whole second already.
    if (unit == "second" && moment == kNow) return {.sql = moment, .type = Type::kMoment, .at = at};
    return {.sql = "date_trunc('" + unit + "', " + moment + ")", .type = Type::kMoment, .at = at};
  }
  used("date_part");
  Term part{.sql = "date_part('" + unit + "', " + moment + ")", .type = Type::kReal, .at = at};
  if (name == "date_part") return part;
  functions_.erase("extract");
  return whole(part);
}

}  // namespace sr::host::sql
