// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

namespace millrace {

/// One key of an object of the pipeline file: how its value gets into T. `read` returns nothing, or what the value would
/// have to be ("a whole number") and leaves the target alone.
template <class T>
struct FileKey
{
    std::string_view name;
    std::string_view (*read)(T &target, const Value &value);
    std::string_view help;
};

/// The keys of this version, for each kind of object, in the order in which they are written.
template <class T>
std::span<const FileKey<T>> fileKeys();
template <>
std::span<const FileKey<Pipeline>> fileKeys();
template <>
std::span<const FileKey<Batching>> fileKeys();
template <>
std::span<const FileKey<StepDefaults>> fileKeys();
template <>
std::span<const FileKey<RunLimits>> fileKeys();
template <>
std::span<const FileKey<PipelineParameter>> fileKeys();
template <>
std::span<const FileKey<PipelineStep>> fileKeys();
template <>
std::span<const FileKey<Link>> fileKeys();
template <>
std::span<const FileKey<Note>> fileKeys();
template <>
std::span<const FileKey<Frame>> fileKeys();

template <class T>
const FileKey<T> *fileKey(std::string_view name)
{
    const auto keys = fileKeys<T>();
    const auto found = std::ranges::find(keys, name, &FileKey<T>::name);
    return found == keys.end() ? nullptr : &*found;
}

/// Reads the members of an object. What this version doesn't know, or can't read, is kept in `unknown`: so a wrong value
/// is still in the file until somebody puts a right one in its place.
template <class T>
void readMembers(T &target, const Members &members)
{
    for (const auto &[name, value] : members) {
        const FileKey<T> *key = fileKey<T>(name);
        if (!key || !key->read(target, value).empty())
            target.unknown.emplace_back(name, value);
    }
}

/// `"NAME" is VALUE; it has to be EXPECTED.`
std::string wrongValueText(std::string_view name, const Value &value, std::string_view expected);

/// A whole number within an int's range, also when it was written with a fraction of 0.
bool readWhole(const Value &value, int &target);

/// What stands behind the step in a link's end, as the file has it: nothing where the port is the usual one, or `.PORT`.
std::string portAfterStep(const std::string &port, std::string_view usualPort);

} // namespace millrace
