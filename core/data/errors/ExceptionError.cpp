// SPDX-License-Identifier: MIT
#include "data/errors/ExceptionError.h"

#include <cxxabi.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>
#include <system_error>

namespace millrace {

namespace {

constexpr int MostCauses = 20;

/// A nested exception's own type: the library derives a class of its own from that and std::nested_exception.
std::string ownName(std::string name)
{
    for (const std::string_view wrapper : {"std::_Nested_exception<", "std::__nested<", "std::__1::__nested<"})
        if (name.starts_with(wrapper) && name.ends_with('>'))
            return name.substr(wrapper.size(), name.size() - wrapper.size() - 1);
    return name;
}

/// std::string as programs write it.
std::string shortName(std::string name)
{
    if (name.starts_with("std::__cxx11::basic_string<char,") || name.starts_with("std::__1::basic_string<char,"))
        return "std::string";
    if (name.starts_with("std::basic_string_view<char,") || name.starts_with("std::__1::basic_string_view<char,"))
        return "std::string_view";
    return name == "char const*" ? "const char*" : name;
}

Error said(std::string kind, std::string_view text)
{
    std::string message(text);
    if (message.empty())
        message = "It threw a \"" + kind + "\" without a text.";
    return {std::move(kind), std::move(message)};
}

std::string text(bool value)
{
    return value ? "true" : "false";
}

std::string text(char value)
{
    return {'\'', value, '\''};
}

std::string text(double value)
{
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.15g", value);
    return digits;
}

std::string text(float value)
{
    return text(double(value));
}

template <class T>
std::string text(T value)
{
    return std::to_string(value);
}

/// What is being handled, if it is one of these types: caught by value, for that is how they are thrown.
template <class... T>
struct Plain
{
    static bool tell(const std::string &, Error &) { return false; }
};
template <class T, class... More>
struct Plain<T, More...>
{
    static bool tell(const std::string &type, Error &error)
    {
        try {
            throw;
        } catch (const T &value) {
            error = {type, "It threw the " + type + ' ' + text(value) + '.'};
            return true;
        } catch (...) {
            return Plain<More...>::tell(type, error);
        }
    }
};
using Numbers = Plain<bool,
                      char,
                      int,
                      unsigned,
                      long,
                      unsigned long,
                      long long,
                      unsigned long long,
                      short,
                      unsigned short,
                      double,
                      float>;

/// Texts and errors: what they say is what is told.
bool tellText(const std::string &type, Error &error)
{
    try {
        throw;
    } catch (const char *thrown) {
        error = said(type, thrown ? thrown : "");
    } catch (const std::string &thrown) {
        error = said(type, thrown);
    } catch (const std::string_view &thrown) {
        error = said(type, thrown);
    } catch (const std::error_code &thrown) {
        error = said(type, thrown.message());
    } catch (const Error &thrown) {
        error = thrown;
    } catch (const Failure &thrown) {
        error = thrown.error;
    } catch (...) {
        return false;
    }
    return true;
}

std::string typeBeingHandled()
{
    const std::type_info *type = abi::__cxa_current_exception_type();
    return type ? shortName(ownName(nameOfType(*type))) : std::string();
}

Error handledError(int causes);

std::string causesOf(const std::nested_exception &exception, int causes)
{
    if (!exception.nested_ptr() || causes == 0)
        return {};
    try {
        exception.rethrow_nested();
    } catch (...) {
        const Error cause = handledError(causes - 1);
        return "; caused by " + cause.kind + ": " + cause.message;
    }
}

Error errorOf(const std::exception &exception, int causes)
{
    Error error;
    if (dynamic_cast<const std::bad_alloc *>(&exception)) {
        error = {ErrorKind::Memory, "There is not enough memory for it."};
    } else {
        const char *what = exception.what();
        error = said(ownName(nameOfType(typeid(exception))), what ? what : "");
    }
    if (const auto *nested = dynamic_cast<const std::nested_exception *>(&exception))
        error.message += causesOf(*nested, causes);
    return error;
}

Error handledError(int causes)
{
    try {
        throw;
    } catch (const std::exception &exception) {
        return errorOf(exception, causes);
    } catch (const std::nested_exception &nested) {
        const std::string type = typeBeingHandled();
        return {type, "It threw an object of the type \"" + type + '"' + causesOf(nested, causes)};
    } catch (...) {
        const std::string type = typeBeingHandled();
        if (type.empty()) // of another language
            return {"exception", "It threw something that is no C++ exception."};
        Error error;
        if (Numbers::tell(type, error) || tellText(type, error))
            return error;
        return {type, "It threw an object of the type \"" + type + "\", which is no std::exception."};
    }
}

} // namespace

std::string nameOfType(const std::type_info &type)
{
    int status = 0;
    const std::unique_ptr<char, void (*)(void *)> name(abi::__cxa_demangle(type.name(), nullptr, nullptr, &status),
                                                       std::free);
    return status == 0 && name ? name.get() : type.name();
}

Error errorOf(const std::exception &exception)
{
    return errorOf(exception, MostCauses);
}

Error currentError()
{
    try {
        return handledError(MostCauses);
    } catch (...) { // there was no memory for the sentence
        return {ErrorKind::Memory, {}};
    }
}

} // namespace millrace
