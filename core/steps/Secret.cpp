// SPDX-License-Identifier: MIT
#include "steps/Secret.h"

#include "data/files/FilePath.h"
#include "data/json/JsonReader.h"
#include "data/text/Quote.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <utility>

namespace millrace {

namespace {

using Place = SecretReference::Place;

constexpr std::pair<Place, std::string_view> Places[] = {{Place::Environment, "env"}, {Place::File, "file"}};
constexpr size_t LongestSecret = 64 << 10; // bytes

std::string_view wordOf(Place place)
{
    return std::ranges::find(Places, place, &std::pair<Place, std::string_view>::first)->second;
}

} // namespace

Value SecretReference::toValue() const
{
    return Members{{std::string(wordOf(place)), Value(name)}};
}

std::optional<SecretReference> secretReferenceOf(const Value &value)
{
    if (!value.isObject() || value.toObject().size() != 1)
        return std::nullopt;
    const auto &[word, name] = value.toObject().front();
    for (const auto &[place, its] : Places)
        if (word == its && name.isText() && !name.toText().empty())
            return SecretReference{place, std::string(name.toText())};
    return std::nullopt;
}

std::optional<SecretReference> secretReferenceFrom(std::string_view text)
{
    for (const auto &[place, word] : Places)
        if (text.size() > word.size() + 1 && text.starts_with(word) && text[word.size()] == ':')
            return SecretReference{place, std::string(text.substr(word.size() + 1))};
    const auto value = parseJson(text);
    return value ? secretReferenceOf(*value) : std::nullopt;
}

std::optional<Credential> credentialFrom(std::string_view text)
{
    constexpr std::string_view Basic = "basic:", Bearer = "bearer:", Kept = "secret:";
    Credential credential;
    if (text.starts_with(Bearer)) {
        text.remove_prefix(Bearer.size());
    } else if (text.starts_with(Basic)) {
        text.remove_prefix(Basic.size());
        const size_t end = text.find(':');
        if (end == std::string_view::npos || end == 0)
            return std::nullopt;
        credential.scheme = Credential::Scheme::Basic;
        credential.user = text.substr(0, end);
        text.remove_prefix(end + 1);
    } else {
        return std::nullopt;
    }
    const std::string asFile =
        text.starts_with(Kept) ? "file:" + std::string(text.substr(Kept.size())) : std::string(text);
    auto reference = secretReferenceFrom(asFile);
    if (!reference)
        return std::nullopt;
    credential.secret = *std::move(reference);
    return credential;
}

std::string secretProblem(const SecretReference &reference, const std::string &folder)
{
    if (reference.place == Place::Environment) {
        const char *set = std::getenv(reference.name.c_str());
        if (set && *set)
            return {};
        return "The environment variable " + inQuotes(reference.name) + " is " + (set ? "empty" : "not set")
               + "; it has to hold the secret when the pipeline runs.";
    }
    const std::string path = resolvePath(folder, reference.name);
    if (std::string problem = readProblem(path); !problem.empty())
        return problem;
    return isRegularFile(path) ? std::string() : inQuotes(path) + " is no file that could hold a secret.";
}

Result<std::string> readSecret(const SecretReference &reference, const std::string &folder)
{
    if (std::string problem = secretProblem(reference, folder); !problem.empty())
        return failure(ErrorKind::Secret, std::move(problem));
    if (reference.place == Place::Environment) {
        const char *set = std::getenv(reference.name.c_str());
        return std::string(set ? set : "");
    }
    auto text = readWholeFile(resolvePath(folder, reference.name));
    if (!text)
        return text;
    if (text->ends_with('\n'))
        text->pop_back();
    if (text->ends_with('\r'))
        text->pop_back();
    if (text->empty() || text->size() > LongestSecret)
        return failure(ErrorKind::Secret, "The file " + inQuotes(reference.name)
                                              + (text->empty() ? " is empty" : " has more than 64 KiB")
                                              + "; it has to hold the secret, and nothing else.");
    return text;
}

Value withoutReferences(const Value &object)
{
    if (!object.isObject())
        return object;
    Members kept = object.toObject();
    std::erase_if(kept, [](const auto &member) { return secretReferenceOf(member.second).has_value(); });
    return kept;
}

bool soundsSecret(std::string_view name)
{
    std::string lower;
    for (const char c : name)
        lower += char(std::tolower(static_cast<unsigned char>(c)));
    static constexpr std::string_view Words[] = {"password", "passwd",  "secret",      "token",     "credential",
                                                 "apikey",   "api_key", "private_key", "access_key"};
    return std::ranges::any_of(Words, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

} // namespace millrace
