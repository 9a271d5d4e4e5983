// SPDX-License-Identifier: MIT
#include "cluster/ClusterAddress.h"

#include "data/text/Quote.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace millrace {

namespace {

constexpr std::string_view Scheme = "redis://";
constexpr size_t LongestRunName = 100;

Failure wrongAddress(const std::string &why)
{
    return failure(ErrorKind::Call,
                   "The address of a cluster is redis://[USER:SECRET@]HOST[:PORT]/RUN, and " + why + '.');
}

/// Nothing where a `%` isn't followed by two hexadecimal digits.
std::optional<std::string> unescaped(std::string_view text)
{
    std::string plain;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            plain += text[i];
            continue;
        }
        unsigned value = 0;
        const char *const digits = text.data() + i + 1;
        if (text.size() - i < 3 || std::from_chars(digits, digits + 2, value, 16).ptr != digits + 2)
            return std::nullopt;
        plain += char(value);
        i += 2;
    }
    return plain;
}

Result<> readLogin(std::string_view login, ClusterAddress &address)
{
    const size_t colon = login.find(':');
    const auto user = unescaped(login.substr(0, colon));
    const auto secret =
        colon == std::string_view::npos ? std::optional<std::string>() : unescaped(login.substr(colon + 1));
    if (!user || !secret)
        return wrongAddress("before the \"@\" there has to be USER:SECRET, with %40 for an \"@\" in it");
    address.user = *user;
    address.secret = *secret;
    return {};
}

Result<> readServer(std::string_view server, ClusterAddress &address)
{
    const size_t bracket = server.starts_with('[') ? server.find(']') : 0;
    if (bracket == std::string_view::npos)
        return wrongAddress("the bracket before its host isn't closed");
    const size_t colon = server.find(':', bracket);
    const std::string_view host = server.substr(0, colon);
    address.host = bracket > 0 ? host.substr(1, bracket - 1) : host;
    if (address.host.empty() || (bracket > 0 && host.size() != bracket + 1))
        return wrongAddress("this one has no host");
    if (colon == std::string_view::npos)
        return {};
    const std::string_view digits = server.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
    if (error != std::errc() || end != digits.data() + digits.size() || address.port < 1 || address.port > 65'535)
        return wrongAddress("\"" + readableText(digits) + "\" is no port: that is a number from 1 to 65535");
    return {};
}

} // namespace

bool isRunName(std::string_view name)
{
    return !name.empty() && name.size() <= LongestRunName && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'
               || c == '.';
    });
}

bool looksLikeClusterAddress(std::string_view text)
{
    return text.starts_with(Scheme);
}

Result<ClusterAddress> clusterAddressFrom(std::string_view text)
{
    if (!looksLikeClusterAddress(text))
        return wrongAddress("this one doesn't begin with redis://");
    text.remove_prefix(Scheme.size());
    ClusterAddress address;
    const size_t slash = text.find('/');
    std::string_view server = text.substr(0, slash);
    if (const size_t at = server.rfind('@'); at != std::string_view::npos) {
        if (auto login = readLogin(server.substr(0, at), address); !login)
            return login.forward();
        server.remove_prefix(at + 1);
    }
    if (auto read = readServer(server, address); !read)
        return read.forward();
    if (slash == std::string_view::npos || slash + 1 == text.size())
        return address;
    address.run = unescaped(text.substr(slash + 1)).value_or("");
    if (!isRunName(address.run))
        return wrongAddress("its run's name may have letters, digits, \"-\", \"_\" and \".\", at most "
                            + std::to_string(LongestRunName));
    return address;
}

std::string ClusterAddress::server() const
{
    return (host.find(':') == std::string::npos ? host : '[' + host + ']') + ':' + std::to_string(port);
}

std::string ClusterAddress::shown() const
{
    return std::string(Scheme) + (user.empty() ? "" : user + '@') + server() + (run.empty() ? "" : '/' + run);
}

} // namespace millrace
