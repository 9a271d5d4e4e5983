// SPDX-License-Identifier: MIT
#include "database/DatabaseAddress.h"

#include "data/files/FilePath.h"
#include "data/text/Quote.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>

namespace millrace {

namespace {

struct UrlScheme
{
    std::string_view name;
    DatabaseKind kind;
};

constexpr auto UrlSchemes = std::to_array<UrlScheme>({{"postgresql", DatabaseKind::Postgres},
                                                      {"postgres", DatabaseKind::Postgres},
                                                      {"mysql", DatabaseKind::MySql},
                                                      {"mariadb", DatabaseKind::MySql},
                                                      {"odbc", DatabaseKind::Odbc}});
constexpr std::string_view SchemeEnd = "://";
constexpr const char *AddressForms =
    R"(write the path of an SQLite file, postgresql://user@host/name, mysql://user@host/name or odbc://user@source.)";
// What libpq takes that neither names a file nor holds a secret.
constexpr auto PostgresOptions =
    std::to_array<std::string_view>({"sslmode", "connect_timeout", "application_name", "target_session_attrs"});

/// %20 as a space. Nothing where it is wrong.
std::optional<std::string> percentDecoded(std::string_view text)
{
    std::string plain;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            plain += text[i];
            continue;
        }
        unsigned byte = 0;
        const std::string_view digits = text.substr(i + 1, 2);
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
        if (digits.size() < 2 || read.ec != std::errc() || read.ptr != digits.data() + 2 || byte == 0)
            return std::nullopt;
        plain += char(byte);
        i += 2;
    }
    return plain;
}

/// Takes what stands before the mark off the text, or all of it where there is none.
std::string_view takeUntil(std::string_view &text, char mark)
{
    const size_t end = std::min(text.find(mark), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

Failure wrongAddress(std::string_view text, const std::string &why)
{
    return failure(ErrorKind::Param, inQuotes(shownDatabase(text)) + ' ' + why);
}

Result<> readPort(DatabaseAddress &address, std::string_view digits, std::string_view text)
{
    if (digits.empty())
        return {};
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || address.port < 1 || address.port > 65535)
        return wrongAddress(text, "has a port that is none; it is a number from 1 to 65535.");
    return {};
}

Result<> readOptions(DatabaseAddress &address, std::string_view options, std::string_view text)
{
    while (!options.empty()) {
        std::string_view value = takeUntil(options, '&');
        const std::string_view name = takeUntil(value, '=');
        const auto plain = percentDecoded(value);
        const bool isPostgres = address.kind == DatabaseKind::Postgres;
        if (isPostgres && name == "host" && plain) { // as libpq has it, for the folder of a socket
            address.host = *plain;
            continue;
        }
        if (!isPostgres || std::ranges::find(PostgresOptions, name) == PostgresOptions.end() || !plain
            || plain->find_first_of("; '\\\"") != std::string::npos)
            return wrongAddress(text, "has the option " + inQuotes(name) + ", which isn't used here"
                                          + (isPostgres ? "; those of a PostgreSQL address are host, sslmode, "
                                                          "connect_timeout, application_name and "
                                                          "target_session_attrs."
                                                        : "; take it out."));
        address.options += (address.options.empty() ? "" : ";") + std::string(name) + '=' + *plain;
    }
    return {};
}

/// Whether Qt's driver of ODBC, or that of ODBC itself, would take it for more than a name: for a text of settings, which may name any
/// library as the driver, or for a file of such.
bool isConnectionText(std::string_view part)
{
    std::string lower(part);
    std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c; });
    return lower.find_first_of(";={}") != std::string::npos || lower.find(".dsn") != std::string::npos;
}

Result<DatabaseAddress> serverOf(DatabaseKind kind, std::string_view rest, std::string_view text)
{
    DatabaseAddress address;
    address.kind = kind;
    std::string_view options = rest;
    rest = takeUntil(options, '?');
    std::string_view name = rest;
    std::string_view server = takeUntil(name, '/');
    if (const size_t at = server.rfind('@'); at != std::string_view::npos) {
        const std::string_view user = server.substr(0, at);
        server.remove_prefix(at + 1);
        if (user.find(':') != std::string_view::npos)
            return wrongAddress(text, "has a password in it, which whoever gets the file can read. Take it out, and "
                                      "set \"password\" to where it is: {\"env\": \"NAME\"} or {\"file\": \"path\"}.");
        const auto plain = percentDecoded(user);
        if (!plain)
            return wrongAddress(text, std::string("isn't understood; ") + AddressForms);
        address.user = *plain;
    }
    if (server.starts_with('[')) { // an address of IPv6
        address.host = takeUntil(server, ']');
        address.host.erase(0, 1);
        takeUntil(server, ':');
    } else {
        address.host = takeUntil(server, ':');
    }
    if (auto read = readPort(address, server, text); !read)
        return read.forward();
    const bool isSource = kind == DatabaseKind::Odbc && name.empty();
    const auto plain = percentDecoded(isSource ? std::string_view(address.host) : name);
    if (!plain || plain->empty())
        return wrongAddress(text, std::string("names no database; ") + AddressForms);
    address.name = *plain;
    if (isSource)
        address.host.clear();
    for (const std::string *part : {&address.name, &address.user, &address.host})
        if (kind == DatabaseKind::Odbc && isConnectionText(*part))
            return wrongAddress(text, "has one of ; = { } or \".dsn\" in it, by which a driver could be named that is "
                                      "loaded as a program is; set up a data source of ODBC, and write its name.");
    if (auto read = readOptions(address, options, text); !read)
        return read.forward();
    return address;
}

/// The first bytes of a file; fewer where there are no more.
std::string beginningOf(const std::string &file, size_t bytes)
{
    std::string beginning(bytes, '\0');
    const std::unique_ptr<std::FILE, int (*)(std::FILE *)> opened(
        isRegularFile(file) ? std::fopen(file.c_str(), "rbe") : nullptr, std::fclose);
    beginning.resize(opened ? std::fread(beginning.data(), 1, bytes, opened.get()) : 0);
    return beginning;
}

constexpr std::string_view SqliteMark{"SQLite format 3\0", 16};

} // namespace

bool isDatabaseUrl(std::string_view text)
{
    return text.find(SchemeEnd) != std::string_view::npos && text.find('/') == text.find(SchemeEnd) + 1;
}

std::string shownDatabase(std::string_view text)
{
    std::string shown(text);
    if (!isDatabaseUrl(text))
        return shown;
    const size_t begin = shown.find(SchemeEnd) + SchemeEnd.size(), at = shown.rfind('@');
    if (at == std::string::npos || at < begin)
        return shown;
    if (const size_t colon = shown.find(':', begin); colon < at)
        shown.replace(colon, at - colon, ":…");
    return shown;
}

std::string DatabaseAddress::shown() const
{
    if (kind == DatabaseKind::Sqlite)
        return fileName(file);
    const auto scheme = std::ranges::find(UrlSchemes, kind, &UrlScheme::kind);
    std::string text = std::string(scheme->name) + std::string(SchemeEnd) + (user.empty() ? "" : user + '@');
    if (!host.starts_with('/'))
        text += host;
    if (port > 0)
        text += ':' + std::to_string(port);
    return text + (kind == DatabaseKind::Odbc && host.empty() ? "" : "/") + name;
}

Result<DatabaseAddress> databaseAddressOf(std::string_view text, const std::string &folder)
{
    if (text.empty())
        return failure(ErrorKind::Param, std::string(R"("database" is empty; )") + AddressForms);
    if (isDatabaseUrl(text)) {
        const std::string_view name = text.substr(0, text.find(SchemeEnd));
        const auto scheme = std::ranges::find(UrlSchemes, name, &UrlScheme::name);
        if (scheme == UrlSchemes.end())
            return wrongAddress(text, "begins as no address of a database does; " + std::string(AddressForms));
        return serverOf(scheme->kind, text.substr(name.size() + SchemeEnd.size()), text);
    }
    if (isStandardStream(std::string(text)) || text == ":memory:")
        return wrongAddress(text, std::string("is no database; ") + AddressForms);
    DatabaseAddress address;
    address.file = resolvePath(folder, std::string(text));
    return address;
}

bool hasWriteAheadLog(const std::string &file)
{
    constexpr size_t WriteVersion = 18, ReadVersion = 19; // bytes of the header, 2 in that mode
    const std::string beginning = beginningOf(file, ReadVersion + 1);
    return beginning.size() > ReadVersion && beginning.starts_with(SqliteMark) && beginning[WriteVersion] == 2
           && beginning[ReadVersion] == 2;
}

std::string sqliteFileProblem(const std::string &file)
{
    const std::string beginning = beginningOf(file, SqliteMark.size());
    if (beginning.empty() || beginning == SqliteMark)
        return {};
    return "The file " + inQuotes(fileName(file))
           + " is no SQLite database; choose one, or write the address of a server.";
}

} // namespace millrace
