// SPDX-License-Identifier: MIT
#include "expression/script/host/ScriptDates.h"

#include <QJSEngine>

namespace millrace {

namespace {

constexpr const char *ExactDates = R"((function(world) { "use strict";
const Known = world.Date, {construct} = Reflect, {parse} = Known, {prototype} = Known;
const Iso = /^\d{4}(-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/i;
const exec = Function.prototype.call.bind(RegExp.prototype.exec);
// As the engine can read it: no more than milliseconds, and UTC where no zone is named.
function exact(text) {
    const found = exec(Iso, text);
    if (!found)
        throw new RangeError(`"${text}" is no date in ISO 8601, such as 2024-05-31; with parseDate(text, "dd/MM/yyyy") a ` +
                             "formula or convert reads others");
    if (!found[3]) return text;
    const time = found[3].slice(1, 6), fraction = (found[5] || ".000").padEnd(4, "0").slice(0, 4);
    const seconds = found[4] ? found[4].slice(0, 3) : ":00", zone = (found[6] || "Z").toUpperCase();
    return text.slice(0, 10) + "T" + time + seconds + fraction +
           (zone.length === 5 ? zone.slice(0, 3) + ":" + zone.slice(3) : zone);
}
function Date(...values) {
    if (!new.target) return Known();
    if (values.length === 1 && typeof values[0] === "string") values[0] = exact(values[0]);
    return construct(Known, values, new.target);
}
const keep = (name, value) =>
    Object.defineProperty(Date, name, {value, writable: true, enumerable: false, configurable: true});
keep("UTC", Known.UTC);
keep("now", Known.now);
keep("parse", (text) => parse(exact(String(text))));
Object.defineProperty(Date, "prototype", {value: prototype, writable: false, enumerable: false, configurable: false});
Object.defineProperty(prototype, "constructor", {value: Date, writable: true, enumerable: false, configurable: true});
Object.defineProperty(world, "Date", {value: Date, writable: true, enumerable: false, configurable: true});
}))";

} // namespace

Result<> makeDatesExact(QJSEngine &engine)
{
    const QJSValue done = engine.evaluate(QString::fromLatin1(ExactDates)).call({engine.globalObject()});
    if (done.isError())
        return failure(ErrorKind::Script, "the script engine can't be set up: " + done.toString().toStdString());
    return {};
}

} // namespace millrace
