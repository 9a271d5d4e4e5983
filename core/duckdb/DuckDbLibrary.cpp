// SPDX-License-Identifier: MIT
#include "duckdb/DuckDbLibrary.h"

#include "data/text/Quote.h"

#include <dlfcn.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace millrace {

namespace {

constexpr const char *LibraryName = "libduckdb.so";

std::string variable(const char *name)
{
    const char *const text = std::getenv(name);
    return text ? text : "";
}

/// Takes one function's address. False: the library hasn't got it.
template <class Function>
bool take(void *library, const char *name, Function &function)
{
    void *const address = ::dlsym(library, name);
    std::memcpy(&function, &address, sizeof function);
    return address;
}

Result<DuckDbFunctions> functionsOf(void *library, const std::string &place)
{
    DuckDbFunctions functions;
    std::string missing;
#define MILLRACE_DUCKDB_TAKE(name, returned, taken) \
    if (!take(library, "duckdb_" #name, functions.name) && missing.empty()) \
        missing = "duckdb_" #name;
    MILLRACE_DUCKDB_FUNCTIONS(MILLRACE_DUCKDB_TAKE)
#undef MILLRACE_DUCKDB_TAKE
    const std::string version = functions.library_version ? functions.library_version() : "";
    if (!version.empty() && !DuckDbLibrary::isNewEnough(version))
        return failure(ErrorKind::Version, "DuckDB's library " + inQuotes(place) + " has the version " + version
                                               + "; version 1.2 or a newer one is needed.");
    if (!missing.empty())
        return failure(ErrorKind::Version, "The library " + inQuotes(place) + " is not DuckDB's, or not as a whole: "
                                               + missing + " is missing; put another one there.");
    return functions;
}

} // namespace

std::vector<std::string> DuckDbLibrary::places()
{
    if (const std::string chosen = variable("MILLRACE_DUCKDB"); !chosen.empty()) {
        std::error_code error;
        const bool isFolder = std::filesystem::is_directory(chosen, error);
        return {isFolder ? (std::filesystem::path(chosen) / LibraryName).string() : chosen};
    }
    std::vector<std::string> places;
    if (const std::string home = variable("HOME"); home.starts_with('/'))
        places.push_back(home + "/.local/lib/millrace/" + LibraryName);
    places.emplace_back(LibraryName); // where the system's are
    return places;
}

bool DuckDbLibrary::isNewEnough(const std::string &version)
{
    const size_t begin = version.starts_with('v') ? 1 : 0, point = version.find('.');
    if (point == std::string::npos)
        return false;
    const int major = std::atoi(version.c_str() + begin), minor = std::atoi(version.c_str() + point + 1);
    return major > LeastMajor || (major == LeastMajor && minor >= LeastMinor);
}

Result<DuckDbFunctions> DuckDbLibrary::open()
{
    const bool isChosen = !variable("MILLRACE_DUCKDB").empty();
    std::string why;
    for (const std::string &place : places()) {
        std::error_code error;
        if (place.find('/') != std::string::npos && !std::filesystem::exists(place, error)) {
            why = "there is no such file";
            continue;
        }
        if (void *const library = ::dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE))
            return functionsOf(library, place);
        const char *const words = ::dlerror();
        why = words ? words : "it can't be opened";
        if (place != LibraryName)
            return failure(ErrorKind::Io,
                           "DuckDB's library " + inQuotes(place) + " can't be used: " + readableText(why) + '.');
    }
    if (isChosen)
        return failure(ErrorKind::Io, "DuckDB's library isn't at " + inQuotes(places().front())
                                          + ", which the variable MILLRACE_DUCKDB names: " + why + '.');
    return failure(
        ErrorKind::Io,
        "This step works by DuckDB's library, which isn't here. Get libduckdb.so (version 1.2 or newer, from "
        "duckdb.org) and put it into ~/.local/lib/millrace, or name it in the variable MILLRACE_DUCKDB.");
}

} // namespace millrace
