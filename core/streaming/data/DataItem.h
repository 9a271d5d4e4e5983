// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace millrace {

namespace detail {

template <class T>
concept TextMap = std::ranges::input_range<T> && requires
{
    typename T::mapped_type;
} && std::convertible_to<typename T::key_type, std::string>;

template <class T>
constexpr bool isValueLike()
{
    if constexpr (std::convertible_to<const T &, Value> || std::is_arithmetic_v<T>)
        return true;
    else if constexpr (TextMap<T>)
        return isValueLike<typename T::mapped_type>();
    else if constexpr (std::ranges::input_range<T>)
        return isValueLike<std::ranges::range_value_t<T>>();
    else
        return false;
}

} // namespace detail

/// What a Value can be made of: numbers of any kind, truth values, texts, and lists of such and maps from texts to such.
template <class T>
concept ValueLike = detail::isValueLike<std::remove_cvref_t<T>>();

/// A number that a column holds packed as an integer or a real without any change of it.
template <class T>
concept PackedNumber =
    std::is_arithmetic_v<T> && !std::same_as<T, bool> && !(std::unsigned_integral<T> && sizeof(T) == sizeof(uint64_t));

/// As a Value: lists become lists, maps from texts objects. Unsigned numbers over 2⁶³ − 1 become reals.
template <ValueLike T>
Value toValue(const T &given)
{
    if constexpr (std::convertible_to<const T &, Value>) {
        return Value(given);
    } else if constexpr (std::floating_point<T>) {
        return Value(double(given));
    } else if constexpr (std::is_arithmetic_v<T>) {
        if constexpr (!PackedNumber<T>)
            if (given > T(std::numeric_limits<int64_t>::max()))
                return Value(double(given));
        return Value(int64_t(given));
    } else if constexpr (detail::TextMap<T>) {
        Members members;
        for (const auto &[name, value] : given)
            members.emplace_back(name, toValue(value));
        return Value(std::move(members));
    } else {
        List list;
        for (const std::ranges::range_value_t<T> &one : given)
            list.push_back(toValue(one));
        return Value(std::move(list));
    }
}

/// An item as it stands in braces: `{1, "text", {2, 3}, {{"price", 2.5}, {"pieces", 3}}}`. Braces within are a list, or an object where
/// each of them holds a text and what has that name.
class DataItem
{
public:
    template <class T>
    requires(std::convertible_to<const T &, Value> || std::is_arithmetic_v<T> || detail::TextMap<T>)
        DataItem(const T &given)
        : m_value(toValue(given))
    {}
    DataItem(std::initializer_list<DataItem> parts);

    const Value &value() const { return m_value; }

private:
    bool isMember() const;

    Value m_value;
    bool m_isBraced = false;
};

} // namespace millrace
