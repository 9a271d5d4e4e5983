// SPDX-License-Identifier: MIT
#pragma once

#include "data/errors/ErrorKind.h"

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace millrace {

/// What went wrong, as a sentence that names the thing and what to do.
///
/// `kind` is a short stable word for programs (see ErrorKind.h); `message` is for people.
struct Error
{
    std::string kind;
    std::string message;

    bool operator==(const Error &) const = default;
};

/// Wraps an error so that it converts into any Result: `return failure(ErrorKind::Io, "…");`.
struct Failure
{
    Error error;
};

[[nodiscard]] inline Failure failure(std::string kind, std::string message)
{
    return {{std::move(kind), std::move(message)}};
}

/// A value or an Error, spelled like std::expected (C++23). Regular, no thread of its own.
template <class T = void>
class [[nodiscard]] Result
{
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Failure failure) : m_state(std::in_place_index<1>, std::move(failure.error)) {}

    bool has_value() const { return m_state.index() == 0; }
    explicit operator bool() const { return has_value(); }

    /// Only with has_value().
    T &value() & { return std::get<0>(m_state); }
    const T &value() const & { return std::get<0>(m_state); }
    T &&value() && { return std::get<0>(std::move(m_state)); }
    T &operator*() & { return value(); }
    const T &operator*() const & { return value(); }
    T &&operator*() && { return std::move(*this).value(); }
    T *operator->() { return &value(); }
    const T *operator->() const { return &value(); }

    /// Only without has_value().
    const Error &error() const { return std::get<1>(m_state); }
    /// The error as something that converts into another Result.
    Failure forward() const { return {error()}; }

private:
    std::variant<T, Error> m_state;
};

/// Nothing, or an Error. One pointer wide: success costs nothing on the engine's hot path.
template <>
class [[nodiscard]] Result<void>
{
public:
    Result() = default;
    Result(Failure failure) : m_error(std::make_unique<Error>(std::move(failure.error))) {}

    bool has_value() const { return !m_error; }
    explicit operator bool() const { return has_value(); }
    /// Only without has_value().
    const Error &error() const { return *m_error; }
    Failure forward() const { return {error()}; }

private:
    std::unique_ptr<Error> m_error;
};

} // namespace millrace
