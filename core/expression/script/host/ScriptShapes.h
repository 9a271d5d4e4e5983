// SPDX-License-Identifier: MIT
#pragma once

#include "data/MadeItems.h"
#include "data/Value.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

class QJSEngine;
class QJSValue;

namespace millrace {

class ScriptFeed;
class ScriptValues;

/// Reads objects that a script has made where others of their kind have come before: which members they have, in which order, is
/// known by the engine's own class of them, and code made for it writes their plain values into arrays. All else is for ScriptValues.
class ScriptShapes
{
public:
    static constexpr size_t MostFields = 100; ///< of an object that is read so

    /// Both must outlive it.
    ScriptShapes(QJSEngine &engine, ScriptValues &values);
    ~ScriptShapes();
    ScriptShapes(const ScriptShapes &) = delete;
    ScriptShapes &operator=(const ScriptShapes &) = delete;
    /// `keysOf`: of an object of which the keys may be kept, else nothing. `proxies`: objects of classes that say nothing of members.
    void setUp(const QJSValue &keysOf, const QJSValue &proxies);

    /// The next object like that one can be read here, once functions() are made anew. Whether there is anything new.
    bool learn(const QJSValue &object);

    /// Which fields an item had, for what has come through unchanged: the names of what `feed` brings.
    void setInput(std::vector<std::string> names);
    /// Declarations, and functions as elements of a list, two for each shape.
    std::string declarations() const;
    std::string functions(const ScriptFeed &feed) const;
    /// What became of functions(): the elements of that list from `first` on.
    void setFunctions(const QJSValue &list, uint32_t first);

    /// Whether it was read: an object of a known shape, whose members are plain values. `row`: counted as the feed does.
    bool take(const QJSValue &object, uint32_t row, uint32_t batchRow);
    /// Something else was made of that row.
    void take(uint32_t batchRow, Value item);
    /// Forgets what was made of that row, which is the last one.
    void drop(uint32_t batchRow);
    /// Hands out all of what was taken, and begins anew. `isAll`: of all rows of the batch.
    void giveTo(MadeItems &items, const Batch &batch, bool isAll);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace millrace
