// SPDX-License-Identifier: MIT
// What shells ask as somebody types a call; see resources/completions.
#include "calls/Calls.h"
#include "calls/WordSplit.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "millrace/run/Overrides.h"
#include "millrace/run/PipelineInput.h"
#include "pipeline/file/FileKeys.h"
#include "remote/WorkerPlaces.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <optional>

namespace millrace {

namespace {

/// What a call holds so far: all words but the last one, which is being typed.
struct BegunCall
{
    const CommandSpec *command = nullptr;
    const OptionSpec *valueOf = nullptr; ///< whose value is being typed
    std::vector<std::string> words{};    ///< that are no options
    std::vector<std::string> options{};
    bool onlyWords = false;
};

bool isPlainId(std::string_view id)
{
    return !id.empty()
           && std::ranges::all_of(id, [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; });
}

/// Writes a line for the shell: what kind of line, its text, and help that it may show beside that.
class Answer
{
public:
    Answer(std::string word) : m_word(std::move(word)) { write("word", m_word); }

    /// A whole word.
    void offer(const std::string &text, std::string_view help = {}) const { offerAs("whole", text, help); }
    /// The beginning of a word, after which no space is wanted.
    void offerPart(const std::string &text, std::string_view help = {}) const { offerAs("part", text, help); }
    void askForFiles(std::string_view extension) const { write("files", extension); }
    void askForFolders() const { write("folders", {}); }

private:
    void offerAs(std::string_view kind, const std::string &text, std::string_view help) const
    {
        if (text.starts_with(m_word))
            write(kind, text, firstSentence(help));
    }

    static void write(std::string_view kind, std::string_view text, std::string_view help = {})
    {
        const std::string line =
            std::string(kind) + '\t' + printable(text) + (help.empty() ? "" : '\t' + printable(help)) + '\n';
        std::fwrite(line.data(), 1, line.size(), stdout);
    }

    const std::string m_word;
};

std::vector<std::string> valuesOfSetting(std::string_view name)
{
    if (name == "enabled" || name == "bypass")
        return {"true", "false"};
    std::vector<std::string> values;
    if (name == "runIn")
        for (const WorkerPlace &place : workerPlaces())
            values.emplace_back(place.name);
    if (name == "onError")
        for (const auto policy : {ErrorPolicy::Stop, ErrorPolicy::Skip, ErrorPolicy::Route})
            values.emplace_back(errorPolicyName(policy));
    if (name == "incomplete")
        for (const auto incomplete :
             {Batching::Incomplete::Keep, Batching::Incomplete::Drop, Batching::Incomplete::Pad})
            values.emplace_back(incompleteName(incomplete));
    return values;
}

std::vector<std::string> valuesOf(const Param &param)
{
    if (param.kind == ParamKind::Boolean)
        return {"true", "false"};
    return param.choices;
}

/// Completes one word of a call.
class Completion
{
public:
    Completion(const BegunCall &call, std::string word, const ProgramSpec &program, const StepRegistry &registry)
        : m_call(call), m_word(std::move(word)), m_program(program), m_registry(registry), m_answer(m_word)
    {}

    void complete() const
    {
        const size_t equals = m_word.find('=');
        if (!m_call.command)
            return;
        if (m_call.valueOf)
            return completeValue(m_call.valueOf->value, {});
        if (m_call.onlyWords || !m_word.starts_with('-'))
            return m_call.words.empty() ? completeValue(m_call.command->word, {}) : void();
        if (equals == std::string::npos)
            return offerOptions();
        if (const OptionSpec *option = m_call.command->option(m_word.substr(2, equals - 2)))
            completeValue(option->value, m_word.substr(0, equals + 1));
    }

private:
    void offerOptions() const
    {
        for (const OptionSpec &option : m_call.command->options) {
            const bool isGiven = std::ranges::find(m_call.options, option.name) != m_call.options.end();
            const bool mayRepeat =
                option.value.meaning == Meaning::Assignment || option.value.meaning == Meaning::Parameter;
            if (!isGiven || mayRepeat)
                m_answer.offer("--" + std::string(option.name), option.help);
        }
    }

    void completeValue(const ArgumentSpec &argument, const std::string &before) const
    {
        switch (argument.meaning) {
        case Meaning::Anything: return;
        case Meaning::PipelineFile: return m_answer.askForFiles("millrace");
        case Meaning::File: return m_answer.askForFiles({});
        case Meaning::Folder: return m_answer.askForFolders();
        case Meaning::Assignment: return completeAssignment(before);
        case Meaning::Parameter:
            for (const PipelineParameter &parameter : pipeline().parameters)
                m_answer.offerPart(before + parameter.name + '=', parameter.help);
            return;
        case Meaning::StepId:
            for (const PipelineStep &step : pipeline().steps)
                offerId(before, step, {});
            return;
        case Meaning::StepType:
            for (const StepType &type : m_registry.types())
                m_answer.offer(before + type.id, type.help);
            return;
        case Meaning::Command:
            for (const CommandSpec &command : m_program.commands)
                if (!command.name.starts_with('-'))
                    m_answer.offer(before + std::string(command.name), command.summary);
            return;
        case Meaning::Choice:
            for (const std::string_view choice : argument.choices)
                m_answer.offer(before + std::string(choice));
        }
    }

    /// An id of the file's making goes into a call only where no shell could take it for anything else.
    void offerId(const std::string &before, const PipelineStep &step, std::string_view after) const
    {
        if (!isPlainId(step.id))
            return;
        const std::string text = before + step.id + std::string(after);
        after.empty() ? m_answer.offer(text, step.type) : m_answer.offerPart(text, step.type);
    }

    void completeAssignment(const std::string &before) const
    {
        const std::string_view typed = std::string_view(m_word).substr(before.size());
        const size_t dot = typed.find('.'), equals = typed.find('=');
        const Pipeline drawn = pipeline();
        if (dot == std::string_view::npos) {
            for (const PipelineStep &step : drawn.steps)
                offerId(before, step, ".");
            return m_answer.offerPart(before + "batching.", "How the sources' streams are cut into batches.");
        }
        const std::string id(typed.substr(0, dot));
        const std::string name(typed.substr(dot + 1, equals == std::string_view::npos ? equals : equals - dot - 1));
        const PipelineStep *step = drawn.step(id);
        if (equals != std::string_view::npos)
            return offerValues(before + std::string(typed.substr(0, equals + 1)), step, name);
        const std::string start = before + id + '.';
        if (id == "batching")
            for (const FileKey<Batching> &key : fileKeys<Batching>())
                m_answer.offerPart(start + std::string(key.name) + '=', key.help);
        if (!step)
            return;
        if (const StepType *type = m_registry.find(step->type))
            for (const Param &param : type->params)
                m_answer.offerPart(start + param.name + '=', param.help);
        for (const std::string_view setting : stepSettings()) {
            const auto *shared = fileKey<StepDefaults>(setting); // whose help says more
            const std::string_view help = shared ? shared->help : fileKey<PipelineStep>(setting)->help;
            m_answer.offerPart(start + std::string(setting) + '=', help);
        }
    }

    void offerValues(const std::string &start, const PipelineStep *step, std::string_view name) const
    {
        const StepType *type = step ? m_registry.find(step->type) : nullptr;
        const Param *param = type ? type->param(name) : nullptr;
        for (const std::string &value : param ? valuesOf(*param) : valuesOfSetting(name))
            m_answer.offer(start + value);
    }

    /// The one that the call names; empty where it can't be read, or names none yet.
    Pipeline pipeline() const
    {
        if (m_call.words.empty() || m_call.words.front() == "-")
            return {};
        auto input = readPipelineInput(m_call.words.front());
        return input ? std::move(input->pipeline) : Pipeline();
    }

    const BegunCall &m_call;
    const std::string m_word;
    const ProgramSpec &m_program;
    const StepRegistry &m_registry;
    const Answer m_answer;
};

BegunCall begun(const CommandSpec &command, const std::vector<std::string> &words)
{
    BegunCall call{&command};
    for (const std::string &word : words) {
        if (call.valueOf) {
            call.valueOf = nullptr;
        } else if (call.onlyWords || !word.starts_with('-') || word == "-") {
            call.words.push_back(word);
        } else if (word == "--") {
            call.onlyWords = true;
        } else {
            const size_t equals = word.find('=');
            call.options.push_back(
                word.substr(std::min(word.size(), size_t(2)), equals == std::string::npos ? equals : equals - 2));
            const OptionSpec *option = command.option(call.options.back());
            if (option && equals == std::string::npos && !option->isFlag() && !option->value.isOptional)
                call.valueOf = option;
        }
    }
    return call;
}

} // namespace

int completeCommand(const Arguments &arguments, const StepRegistry &registry)
{
    const bool isLine = arguments.size() == 2 && arguments.front() == "line";
    if (!isLine && (arguments.size() < 2 || arguments.front() != "words"))
        return WrongCall;
    std::vector<std::string> words =
        isLine ? splitWords(arguments[1]) : std::vector<std::string>(arguments.begin() + 1, arguments.end());
    if (words.size() < 2)
        return Finished;
    const std::string name = std::filesystem::path(words.front()).filename().string(), typed = words.back();
    words.erase(words.begin());
    words.pop_back();
    const bool isStudio = name == studioProgram().name;
    const ProgramSpec &program = isStudio ? studioProgram() : millraceProgram();
    if (isStudio) {
        Completion(begun(program.commands.front(), words), typed, program, registry).complete();
        return Finished;
    }
    if (words.empty()) {
        const Answer answer(typed);
        for (const CommandSpec &command : program.commands)
            answer.offer(std::string(command.name), command.summary);
        return Finished;
    }
    const CommandSpec *command = program.command(words.front());
    if (command)
        Completion(begun(*command, {words.begin() + 1, words.end()}), typed, program, registry).complete();
    return Finished;
}

} // namespace millrace
