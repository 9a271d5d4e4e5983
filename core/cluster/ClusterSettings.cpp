// SPDX-License-Identifier: MIT
#include "cluster/ClusterSettings.h"

#include "data/files/AtomicFile.h"
#include "data/files/FilePath.h"
#include "data/json/JsonReader.h"
#include "data/json/ObjectMembers.h"
#include "data/json/StateText.h"
#include "data/text/NearestName.h"
#include "data/text/Quote.h"
#include "steps/Secret.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace millrace {

std::string ClusterSettings::usualPath()
{
    const char *const config = std::getenv("XDG_CONFIG_HOME"), *const home = std::getenv("HOME");
    if (config && *config == '/')
        return std::string(config) + "/millrace/clusters.json";
    return home && *home ? std::string(home) + "/.config/millrace/clusters.json" : std::string();
}

Result<Members> ClusterSettings::read() const
{
    std::error_code error;
    if (m_path.empty() || !std::filesystem::exists(m_path, error))
        return Members();
    const auto text = readWholeFile(m_path);
    if (!text)
        return text.forward();
    const auto value = parseJson(*text);
    if (!value)
        return failure(value.error().kind,
                       "The clusters in " + inQuotes(m_path) + " can't be read: " + value.error().message);
    if (!value->isObject())
        return failure(ErrorKind::Damaged, inQuotes(m_path) + " has to be an object with a cluster for each name.");
    return value->toObject();
}

Result<> ClusterSettings::write(const Members &clusters) const
{
    if (m_path.empty())
        return failure(ErrorKind::Io, "There is no folder for the settings of clusters: HOME isn't set.");
    std::error_code error;
    std::filesystem::create_directories(folderOf(m_path), error);
    AtomicFile file;
    if (auto opened = file.open(m_path); !opened)
        return opened;
    if (auto appended = file.append(toStateText(Value(clusters)) + '\n'); !appended)
        return appended;
    return file.commit();
}

std::vector<std::string> ClusterSettings::names() const
{
    std::vector<std::string> names;
    if (const auto clusters = read())
        for (const auto &[name, entry] : *clusters)
            names.push_back(name);
    return names;
}

Result<ClusterAddress> ClusterSettings::find(std::string_view name) const
{
    const auto clusters = read();
    if (!clusters)
        return clusters.forward();
    const auto found = std::ranges::find(*clusters, name, &Members::value_type::first);
    if (found == clusters->end()) {
        const std::string nearest = nearestName(name, names());
        return failure(ErrorKind::Call, "There is no cluster " + inQuotes(name) + " in " + inQuotes(m_path)
                                            + (nearest.empty() ? "; add it there, or give an address: redis://HOST/RUN."
                                                               : "; did you mean " + inQuotes(nearest) + '?'));
    }
    auto address = clusterAddressFrom(textOf(found->second, "address"));
    if (!address)
        return failure(ErrorKind::Call,
                       "The cluster " + inQuotes(name) + " in " + inQuotes(m_path) + ": " + address.error().message);
    if (const std::string user = textOf(found->second, "user"); !user.empty())
        address->user = user;
    if (const Value *secret = memberOf(found->second, "secret")) {
        const auto reference = secretReferenceOf(*secret);
        if (!reference)
            return failure(ErrorKind::Secret, "The \"secret\" of the cluster " + inQuotes(name)
                                                  + R"( has to be {"env": "NAME"} or {"file": "PATH"}.)");
        auto told = readSecret(*reference, folderOf(m_path));
        if (!told)
            return told.forward();
        address->secret = *std::move(told);
    }
    return address;
}

Result<> ClusterSettings::set(const std::string &name, Value entry) const
{
    auto clusters = read();
    if (!clusters)
        return clusters.forward();
    const auto found = std::ranges::find(*clusters, name, &Members::value_type::first);
    if (found != clusters->end())
        found->second = std::move(entry);
    else
        clusters->emplace_back(name, std::move(entry));
    return write(*clusters);
}

Result<> ClusterSettings::remove(const std::string &name) const
{
    auto clusters = read();
    if (!clusters)
        return clusters.forward();
    if (std::erase_if(*clusters, [&](const auto &member) { return member.first == name; }) == 0)
        return {};
    return write(*clusters);
}

Result<ClusterAddress> clusterCalled(std::string_view text, const ClusterSettings &settings)
{
    if (looksLikeClusterAddress(text))
        return clusterAddressFrom(text);
    const size_t slash = text.find('/');
    auto address = settings.find(text.substr(0, slash));
    if (!address || slash == std::string_view::npos)
        return address;
    const std::string run(text.substr(slash + 1));
    if (!isRunName(run))
        return failure(ErrorKind::Call, inQuotes(run)
                                            + " can't be the name of a run, which has letters, digits, \"-\", \"_\" "
                                              "and \".\", at most 100.");
    address->run = run;
    return address;
}

} // namespace millrace
