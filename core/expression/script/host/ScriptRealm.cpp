// SPDX-License-Identifier: MIT
#include "expression/script/host/ScriptRealm.h"

#include <QJSEngine>

namespace millrace {

namespace {

constexpr const char *Closing = R"((function(world) { "use strict";
const {getPrototypeOf, getOwnPropertyDescriptor, defineProperty, freeze} = Object, {ownKeys} = Reflect;
const makers = [function() {}, function*() {}].map(getPrototypeOf);
for (const maker of makers)
    defineProperty(maker, "constructor", {value: undefined, writable: false, configurable: false});
for (const name of ["eval", "Function", "Proxy", "Reflect", "Qt", "print", "gc"]) delete world[name];
for (const name of ["input", "lastMatch", "lastParen", "leftContext", "rightContext", "$_", "$&", "$+", "$`", "$'",
                    "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9"])
    delete RegExp[name];
// What no name leads to.
const found = [world, ...makers, [][Symbol.iterator](), ""[Symbol.iterator](), new Map().entries(), new Set().entries(),
               (function*() {})()];
const known = new Set(found);
const look = (value) => {
    if ((typeof value === "object" && value !== null || typeof value === "function") && !known.has(value)) {
        known.add(value);
        found.push(value);
    }
};
for (let i = 0; i < found.length; ++i) {
    look(getPrototypeOf(found[i]));
    for (const key of ownKeys(found[i])) {
        const property = getOwnPropertyDescriptor(found[i], key);
        if (!property) continue;
        look(property.value);
        look(property.get);
        look(property.set);
    }
}
for (const each of found) freeze(each);
}))";

/// Qt 6.4 takes a text apart into halves of characters there, which its own iterator doesn't.
constexpr const char *WholeCharacters = R"((function() { "use strict";
const from = Array.from;
Object.defineProperty(Array, "from", {writable: true, configurable: true, value: function from_(list, map, self) {
    const parts = typeof list === "string" || list instanceof String ? [...list] : list;
    return map === undefined ? from.call(this, parts) : from.call(this, parts, map, self);
}});
Object.defineProperty(Array.from, "name", {value: "from"});
}))";

} // namespace

Result<> keepCharactersWhole(QJSEngine &engine)
{
    const QJSValue done = engine.evaluate(QString::fromLatin1(WholeCharacters)).call();
    if (done.isError())
        return failure(ErrorKind::Script, "the script engine can't be set up: " + done.toString().toStdString());
    return {};
}

Result<> closeRealm(QJSEngine &engine)
{
    const QJSValue closed = engine.evaluate(QString::fromLatin1(Closing)).call({engine.globalObject()});
    if (closed.isError())
        return failure(ErrorKind::Script, "the script engine can't be closed: " + closed.toString().toStdString());
    return {};
}

} // namespace millrace
