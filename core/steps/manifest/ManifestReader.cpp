// SPDX-License-Identifier: MIT
#include "steps/manifest/ManifestReader.h"

#include "data/files/FilePath.h"
#include "data/json/JsonReader.h"
#include "data/text/NearestName.h"
#include "data/text/Quote.h"
#include "steps/manifest/DeclaredStep.h"
#include "steps/manifest/ManifestParam.h"
#include "steps/manifest/ProgramManifest.h"

#include <algorithm>
#include <filesystem>

namespace millrace {

namespace {

struct FamilyWord
{
    const char *word;
    Family family;
};
constexpr FamilyWord FamilyWords[] = {{"source", Family::Source},   {"transform", Family::Transform},
                                      {"filter", Family::Filter},   {"script", Family::Script},
                                      {"combine", Family::Combine}, {"model", Family::Model},
                                      {"sink", Family::Sink},       {"simulate", Family::Simulate}};

const std::vector<std::string> ManifestKeys{"id",      "title",    "help",           "family",    "command", "protocol",
                                            "python",  "ports",    "workers",        "ordered",   "params",  "icon",
                                            "network", "synonyms", "startTimeLimit", "timeLimit", "files"};

/// Letters, digits, ".", "_" and "-", beginning with a letter.
bool isStepId(std::string_view text)
{
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !text.empty() && text.size() <= 80 && isLetter(text.front()) && std::ranges::all_of(text, [&](char c) {
        return isLetter(c) || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
}

/// Takes one manifest apart; it keeps the first thing that is wrong.
class ManifestParser
{
public:
    ManifestParser(const Members &given, std::string path, std::vector<std::string> &remarks)
        : m_given(given), m_path(std::move(path)), m_remarks(remarks)
    {}

    Result<StepType> read()
    {
        auto manifest = std::make_shared<ProgramManifest>();
        manifest->path = m_path;
        manifest->folder = folderOf(m_path);
        readNames();
        readFamily();
        readCommand(*manifest);
        readPorts();
        readLimits(*manifest);
        readParams();
        if (!m_problem.empty())
            return failure(ErrorKind::Settings, "The manifest " + m_path + ": " + m_problem);
        remarkOnKeys();
        m_type.manifest = std::move(manifest);
        makeByManifest(m_type);
        return std::move(m_type);
    }

private:
    const Value *find(std::string_view key) const
    {
        const auto found = std::ranges::find(m_given, key, &Members::value_type::first);
        return found == m_given.end() || found->second.isNull() ? nullptr : &found->second;
    }
    void wrong(std::string problem)
    {
        if (m_problem.empty())
            m_problem = std::move(problem);
    }
    std::string text(std::string_view key)
    {
        const Value *value = find(key);
        if (value && !value->isText())
            wrong(inQuotes(key) + " is a text, not " + toJson(*value).substr(0, 80) + '.');
        return value && value->isText() ? std::string(value->toText()) : std::string();
    }
    bool flag(std::string_view key)
    {
        const Value *value = find(key);
        if (value && !value->isBoolean())
            wrong(inQuotes(key) + " is true or false, not " + toJson(*value).substr(0, 80) + '.');
        return value && value->isBoolean() && value->toBoolean();
    }
    double number(std::string_view key, double otherwise)
    {
        const Value *value = find(key);
        const bool isFine = value && value->isNumber() && value->toReal() >= 0;
        if (value && !isFine)
            wrong(inQuotes(key) + " is a number from 0 on, not " + toJson(*value).substr(0, 80) + '.');
        return isFine ? value->toReal() : otherwise;
    }
    std::vector<std::string> texts(std::string_view key)
    {
        std::vector<std::string> list;
        const Value *value = find(key);
        if (value && !value->isList())
            wrong(inQuotes(key) + " is a list of texts, not " + toJson(*value).substr(0, 80) + '.');
        if (!value || !value->isList())
            return list;
        for (const Value &each : value->toList()) {
            if (!each.isText())
                wrong(inQuotes(key) + " is a list of texts, but has " + toJson(each).substr(0, 80) + " in it.");
            else
                list.emplace_back(each.toText());
        }
        return list;
    }

    void readNames()
    {
        m_type.id = text("id");
        if (!isStepId(m_type.id))
            wrong(m_type.id.empty()
                      ? std::string("it has no \"id\"; give the step a name such as \"count.words\".")
                      : "the id " + inQuotes(m_type.id)
                            + " can't be a step's: it is made of letters, digits, \".\", \"_\" and \"-\", and begins "
                              "with a letter.");
        m_type.title = find("title") ? text("title") : m_type.id;
        m_type.help = text("help");
        if (m_type.help.empty())
            m_type.help = "A step of one's own, by " + fileName(m_path) + '.';
        m_type.icon = text("icon");
        m_type.synonyms = texts("synonyms");
    }

    void readFamily()
    {
        const std::string word = text("family");
        const auto found = std::ranges::find(FamilyWords, word, &FamilyWord::word);
        m_type.family = found == std::end(FamilyWords) ? Family::Script : found->family;
        if (!word.empty() && found == std::end(FamilyWords))
            wrong("the family " + inQuotes(word)
                  + " is unknown; it is source, transform, filter, script, model, sink or simulate.");
        if (m_type.family == Family::Combine)
            wrong("a program can't be of the family \"combine\": it has a single input.");
        if (m_type.family == Family::Source) {
            m_type.kind = StepKind::Source;
            m_type.inputPorts = {};
        } else if (m_type.family == Family::Sink) {
            m_type.kind = StepKind::Sink;
            m_type.outputPorts = {};
        }
        if (m_type.icon.empty() && m_type.kind == StepKind::Transform)
            m_type.icon = "program";
    }

    void readCommand(ProgramManifest &manifest)
    {
        if (const Value *command = find("command"))
            manifest.command = *command;
        const bool isFine = manifest.command.isText() ? !manifest.command.toText().empty()
                                                      : manifest.command.isList() && !manifest.command.toList().empty();
        if (!isFine)
            wrong("it has no \"command\"; write the program and its arguments, such as \"python3 count.py\", or a list "
                  "of them.");
        if (const std::string python = text("python"); !python.empty())
            useInterpreter(manifest, python);
        if (const std::string protocol = text("protocol"); !protocol.empty())
            manifest.protocol = protocol;
        if (manifest.protocol != "batch" && manifest.protocol != "lines")
            wrong("the protocol " + inQuotes(manifest.protocol) + " is unknown; it is \"batch\" or \"lines\".");
        if (manifest.protocol == "lines" && m_type.kind != StepKind::Transform)
            wrong("sources and sinks speak the protocol \"batch\", not \"lines\".");
        m_type.hasOwnProcess = true;
        m_type.remembers = true;
        m_type.changesItemCount = m_type.kind == StepKind::Transform;
    }

    /// Which Python it is that the command calls python3.
    void useInterpreter(ProgramManifest &manifest, const std::string &python)
    {
        constexpr std::string_view Word = "python3";
        if (manifest.command.isText() && manifest.command.toText().starts_with(Word)) {
            std::string quoted = "'";
            for (const char c : python)
                quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
            manifest.command = Value(quoted + '\'' + std::string(manifest.command.toText().substr(Word.size())));
        } else if (manifest.command.isList() && manifest.command.toList().front() == Value(Word)) {
            List words = manifest.command.toList();
            words.front() = Value(python);
            manifest.command = std::move(words);
        } else {
            wrong("\"python\" names the interpreter that \"python3\" stands for, but the command doesn't begin with "
                  "that word.");
        }
    }

    void readPorts()
    {
        if (!find("ports"))
            return;
        const std::vector<std::string> ports = texts("ports");
        if (m_type.kind != StepKind::Transform)
            return wrong("only steps that have an input and outputs name \"ports\".");
        for (const std::string &port : ports)
            if (!isStepId(port) || port.find('.') != std::string::npos || port == "error"
                || std::ranges::count(ports, port) > 1)
                return wrong("a port can't be called " + inQuotes(port)
                             + "; names are made of letters and digits, each is there once, and \"error\" is taken.");
        if (ports.empty() || ports.size() > 64)
            return wrong("\"ports\" are 1 to 64 names, the first of which is the usual way out, \"out\".");
        m_type.outputPorts = ports;
    }

    void readLimits(ProgramManifest &manifest)
    {
        m_type.mostWorkers = int(std::min(number("workers", 0), 1e6));
        m_type.isOrdered = flag("ordered");
        manifest.startTimeLimit = number("startTimeLimit", manifest.startTimeLimit);
        manifest.timeLimit = number("timeLimit", manifest.timeLimit);
    }

    void readParams()
    {
        const Value *params = find("params");
        if (!params)
            return;
        if (!params->isList())
            return wrong("\"params\" is a list of objects such as {\"name\": \"least\", \"kind\": \"integer\", "
                         "\"default\": 1}.");
        for (const Value &each : params->toList()) {
            auto param = readManifestParam(each);
            if (!param)
                return wrong(param.error().message);
            if (m_type.param(param->name))
                return wrong("there are two parameters " + inQuotes(param->name) + '.');
            m_type.params.push_back(*std::move(param));
        }
    }

    void remarkOnKeys()
    {
        for (const auto &[key, value] : m_given) {
            if (std::ranges::find(ManifestKeys, key) != ManifestKeys.end() || key.starts_with('$'))
                continue;
            const std::string nearest = nearestName(key, ManifestKeys);
            m_remarks.push_back("The manifest " + m_path + ": the key " + inQuotes(key) + " has no effect"
                                + (nearest.empty() ? "." : "; did you mean " + inQuotes(nearest) + "?"));
        }
    }

    const Members &m_given;
    const std::string m_path;
    std::vector<std::string> &m_remarks;
    std::string m_problem; ///< the first; empty: none
    StepType m_type;
};

} // namespace

Result<StepType> readManifest(const std::string &path, std::vector<std::string> &remarks)
{
    auto bytes = readWholeFile(path);
    if (!bytes)
        return bytes.forward();
    auto value = parseJson(*bytes);
    if (!value)
        return failure(ErrorKind::Parse, "The manifest " + path + " is no JSON: " + value.error().message);
    if (!value->isObject())
        return failure(ErrorKind::Parse, "The manifest " + path + " is no JSON object.");
    return ManifestParser(value->toObject(), path, remarks).read();
}

} // namespace millrace
