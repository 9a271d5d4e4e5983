// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace {

/// Where a secret is: `{"env": "NAME"}`, a variable of this program's environment, or `{"file": "path"}`, the text of a file
/// without its last line break. The reference is what stands in files, forms and messages; the secret itself goes from there to
/// the step that uses it, and nowhere else.
struct SecretReference
{
    enum class Place : uint8_t { Environment, File };

    Place place = Place::Environment;
    std::string name; ///< of the variable, or the path

    Value toValue() const;
    bool operator==(const SecretReference &) const = default;
};

/// Nothing where the value is no reference.
std::optional<SecretReference> secretReferenceOf(const Value &value);

/// What somebody typed on a command line: `env:NAME`, `file:path`, or the reference as JSON.
std::optional<SecretReference> secretReferenceFrom(std::string_view text);

/// How to log in somewhere: `basic:USER:env:NAME`, `bearer:env:NAME`, or with `file:PATH` (also `secret:PATH`) in place of `env:NAME`.
struct Credential
{
    enum class Scheme : uint8_t { Basic, Bearer };

    Scheme scheme = Scheme::Bearer;
    std::string user; ///< of Basic
    SecretReference secret;
};

/// Nothing where the text is none, for example because the secret itself stands in it.
std::optional<Credential> credentialFrom(std::string_view text);

/// Empty, or a sentence that says which variable or file is missing. It looks, but doesn't read.
std::string secretProblem(const SecretReference &reference, const std::string &folder);

/// The secret. `folder`: that a relative path is relative to. Fails where secretProblem() has something to say, and
/// where a file has more than 64 KiB.
Result<std::string> readSecret(const SecretReference &reference, const std::string &folder);

/// The value without the members that are references: what can be shown, or given to a step that won't run.
Value withoutReferences(const Value &object);

/// Whether people call secrets so: API_TOKEN, dbPassword, SECRET_KEY. A guess, for warnings.
bool soundsSecret(std::string_view name);

} // namespace millrace
