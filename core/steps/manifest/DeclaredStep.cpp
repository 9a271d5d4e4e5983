// SPDX-License-Identifier: MIT
#include "steps/manifest/DeclaredStep.h"

#include "data/files/FilePath.h"
#include "data/ItemRows.h"
#include "steps/manifest/ProgramManifest.h"
#include "steps/script/ProgramChild.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

constexpr int64_t FirstFetched = 100; ///< that a source is asked for before it is known how many make a batch

ValueType typeOfBoth(ValueType one, ValueType other)
{
    return one == other ? one : ValueType::Null;
}

/// What the parameter's kind makes of a value that fits it.
Result<Value> settingOf(ParamKind kind, const Value &value)
{
    const auto read = [&]<class T>(T) -> Result<Value> {
        auto taken = ParamCodec<T>::read(value);
        return taken ? Result<Value>(ParamCodec<T>::write(*taken)) : taken.forward();
    };
    switch (kind) {
    case ParamKind::Integer: return read(int64_t());
    case ParamKind::Boolean: return read(bool());
    case ParamKind::FieldNames: return read(std::vector<std::string>());
    case ParamKind::Number:
    case ParamKind::NumberOrExpression:
    case ParamKind::TextMap:
    case ParamKind::Any: return value;
    case ParamKind::InputFile: return value.isList() ? Result<Value>(value) : read(std::string());
    default: return read(std::string());
    }
}

/// Paths as the program can use them, whatever folder it works in.
Value resolvedPaths(const std::string &folder, const Value &value)
{
    if (value.isText())
        return value.toText().empty() ? value : Value(resolveFile(folder, std::string(value.toText())));
    if (!value.isList())
        return value;
    List paths;
    for (const Value &each : value.toList())
        paths.push_back(resolvedPaths(folder, each));
    return paths;
}

} // namespace

/// What the steps have in common that a manifest declares: their settings, and their program.
class DeclaredStep : public WorksInChildren, public StartsPrograms
{
public:
    /// Of a type that is registered, and so is kept.
    explicit DeclaredStep(std::shared_ptr<const StepType> type) : m_type(std::move(type))
    {
        for (const Param &param : m_type->params)
            m_settings.emplace_back(param.name, param.defaultValue);
    }
    void set(size_t param, Value value) { m_settings[param].second = std::move(value); }

    const ChildClock &childClock() const override { return m_child.clock(); }
    void askBeforeStart(MayStart mayStart) override { m_child.askBeforeStart(std::move(mayStart)); }

protected:
    Result<> openChild(const StepContext &context, int waitFd = -1)
    {
        const ProgramManifest &manifest = *m_type->manifest;
        Members settings = m_settings;
        for (size_t i = 0; i < settings.size(); ++i) {
            const ParamKind kind = m_type->params[i].kind;
            if (kind == ParamKind::InputFile || kind == ParamKind::OutputFile || kind == ParamKind::Folder)
                settings[i].second = resolvedPaths(context.folder, settings[i].second);
        }
        return m_child.open(context, launch(),
                            {.answersLines = manifest.protocol == "lines",
                             .startTimeLimit = manifest.startTimeLimit,
                             .timeLimit = manifest.timeLimit,
                             .settings = std::move(settings),
                             .folder = context.folder.empty() ? "." : context.folder,
                             .ports = m_type->outputPorts},
                            waitFd);
    }
    void checkDeclared(const CheckContext &context, std::vector<StepProblem> &problems) const
    {
        for (const StepProblem &problem : launch().problems)
            problems.push_back({true, {}, "Its manifest " + m_type->manifest->path + ": " + problem.text});
        for (size_t i = 0; i < m_settings.size(); ++i)
            checkParam(context, m_type->params[i], m_settings[i].second, problems);
    }
    /// The first setting that says something.
    std::string declaredSummary() const
    {
        for (size_t i = 0; i < m_settings.size(); ++i) {
            const Value &value = m_settings[i].second;
            if (!m_type->params[i].isSecret && value != m_type->params[i].defaultValue)
                return m_settings[i].first + ": " + toPlain(value);
        }
        return {};
    }
    const StepType &type() const { return *m_type; }
    ProgramChild &child() { return m_child; }

private:
    ProgramLaunch launch() const
    {
        return launchOf({m_type->manifest->command, m_type->manifest->folder, {}}, m_type->manifest->folder);
    }
    static void checkParam(const CheckContext &context,
                           const Param &param,
                           const Value &value,
                           std::vector<StepProblem> &problems)
    {
        if (param.kind == ParamKind::InputFile && value.isText()) {
            (void)checkFileThere(context, param.name, std::string(value.toText()), problems);
        } else if (param.kind == ParamKind::FieldName && value.isText() && !value.toText().empty()) {
            checkFields(context, param.name, {std::string(value.toText())}, problems);
        } else if (param.kind == ParamKind::FieldNames) {
            if (const auto names = ParamCodec<std::vector<std::string>>::read(value))
                checkFields(context, param.name, *names, problems);
        }
    }
    static bool checkFileThere(const CheckContext &context,
                               const std::string &param,
                               const std::string &path,
                               std::vector<StepProblem> &problems)
    {
        const size_t before = problems.size();
        const bool isThere = path.empty() || checkReadable(context, path, problems);
        for (size_t i = before; i < problems.size(); ++i)
            problems[i].param = param;
        return isThere;
    }

    std::shared_ptr<const StepType> m_type;
    Members m_settings; ///< one for each parameter
    ProgramChild m_child;
};

/// Gives its items to the program, and takes what that makes of them.
class DeclaredTransform final : public Step, public DeclaredStep
{
public:
    using DeclaredStep::DeclaredStep;
    Result<> open(const StepContext &context) override { return openChild(context); }
    Result<> process(Batch &batch) override { return child().process(batch); }
    void close() override { child().close(); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        checkDeclared(context, problems);
    }
    SchemaPtr outputSchema(const CheckContext &) const override { return nullptr; }
    std::string summary() const override { return declaredSummary(); }
};

/// Asks the program for items until it has no more.
class DeclaredSource final : public Source, public DeclaredStep
{
public:
    using DeclaredStep::DeclaredStep;
    Result<> open(const StepContext &context) override;
    Result<bool> fetch(Batch &batch, size_t items) override;
    SchemaPtr schema() const override { return m_schema; }
    std::string originName() const override { return type().title; }
    void close() override { child().close(); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        checkDeclared(context, problems);
    }
    SchemaPtr outputSchema(const CheckContext &) const override { return nullptr; }
    std::string summary() const override { return declaredSummary(); }

private:
    Result<> askFor(size_t items);
    void takeFields(const List &items);

    SchemaPtr m_schema = std::make_shared<const Schema>(std::vector<Field>(), true);
    List m_items;       ///< that it has given, and are to be handed on
    size_t m_taken = 0; ///< of those
    int64_t m_next = 0; ///< id
    bool m_isAtEnd = false;
};

Result<> DeclaredSource::open(const StepContext &context)
{
    m_isAtEnd = false;
    m_items.clear();
    m_taken = 0;
    m_next = 0;
    if (auto opened = openChild(context, context.stopFd); !opened)
        return opened;
    while (m_items.empty() && !m_isAtEnd) // for the fields
        if (auto asked = askFor(FirstFetched); !asked)
            return asked.error().kind == ErrorKind::Interrupted ? Result<>() : std::move(asked);
    return {};
}

/// Later items may have other fields.
void DeclaredSource::takeFields(const List &items)
{
    const SchemaPtr found = schemaOfItems(items);
    std::vector<Field> fields = m_schema->fields();
    const size_t known = fields.size();
    for (const Field &field : found->fields()) {
        if (const auto place = m_schema->find(field.name); !place)
            fields.push_back(field);
        else if (known > 0)
            fields[*place].type = typeOfBoth(fields[*place].type, field.type);
    }
    if (fields != m_schema->fields())
        m_schema = std::make_shared<const Schema>(std::move(fields), true);
}

Result<> DeclaredSource::askFor(size_t items)
{
    auto answer = child().ask("fetch", {{"items", Value(int64_t(items))}});
    if (!answer) {
        m_isAtEnd = answer.error().kind == ErrorKind::Interrupted;
        return answer.forward();
    }
    const Value *given = answer->member("items"), *end = answer->member("end");
    if (!given || !given->isList())
        return failure(ErrorKind::Protocol,
                       "The program answered " + toJson(*answer).substr(0, 200)
                           + "; to \"fetch\" it has to answer {\"id\":…,\"items\":[…],\"end\":false}.");
    m_items = given->toList();
    m_taken = 0;
    m_isAtEnd = end && *end == Value(true);
    takeFields(m_items);
    return {};
}

Result<bool> DeclaredSource::fetch(Batch &batch, size_t items)
{
    while (m_taken >= m_items.size()) {
        batch.reset(m_schema);
        if (m_isAtEnd)
            return false;
        if (auto asked = askFor(items); !asked)
            return asked.error().kind == ErrorKind::Interrupted ? Result<bool>(false) : asked.forward();
    }
    const size_t count = std::min(items, m_items.size() - m_taken);
    setItems(batch, m_schema, std::span(m_items).subspan(m_taken, count));
    m_taken += count;
    batch.origin.firstRow = m_next;
    batch.setFirstId(m_next);
    m_next += int64_t(count);
    return true;
}

/// Gives its items to the program, which keeps them.
class DeclaredSink final : public Sink, public DeclaredStep
{
public:
    using DeclaredStep::DeclaredStep;
    Result<> open(const StepContext &context) override
    {
        m_isSettled = false;
        return openChild(context);
    }
    Result<> write(Batch &batch) override { return child().deliver(batch); }
    Result<> settle() override
    {
        if (std::exchange(m_isSettled, true))
            return {};
        const auto done = child().ask("finish", {});
        return done ? Result<>() : done.forward();
    }
    Result<> finish() override { return settle(); }
    void close() override { child().close(); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        checkDeclared(context, problems);
    }
    std::string summary() const override { return declaredSummary(); }

private:
    bool m_isSettled = false; ///< it was told that there are no more
};

void makeByManifest(StepType &type)
{
    for (size_t i = 0; i < type.params.size(); ++i)
        type.params[i].apply = [i, kind = type.params[i].kind](Step &step, const Value &value) -> Result<> {
            auto setting = settingOf(kind, value);
            if (!setting)
                return setting.forward();
            dynamic_cast<DeclaredStep &>(step).set(i, *std::move(setting));
            return {};
        };
    type.make = nullptr; // so that the copy below has none
    const auto shared = std::make_shared<const StepType>(type);
    switch (type.kind) {
    case StepKind::Source: type.make = [shared] { return std::make_unique<DeclaredSource>(shared); }; break;
    case StepKind::Sink: type.make = [shared] { return std::make_unique<DeclaredSink>(shared); }; break;
    default: type.make = [shared] { return std::make_unique<DeclaredTransform>(shared); };
    }
}

} // namespace millrace
