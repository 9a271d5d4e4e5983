// SPDX-License-Identifier: MIT
#include "steps/StepRunner.h"

#include <QTest>

#include <set>

using namespace millrace;

namespace tst_registry {

/// Walks all built-in steps: what each declares is complete, and holds.
class RegistryTest : public QObject
{
    Q_OBJECT

private:
    /// Values for the parameters that must be given.
    static Members requiredParams(const StepType &type)
    {
        Members params;
        for (const Param &param : type.params) {
            if (!param.isRequired)
                continue;
            switch (param.kind) {
            case ParamKind::Integer:
            case ParamKind::Number:
            case ParamKind::NumberOrExpression: params.emplace_back(param.name, Value(3)); break;
            case ParamKind::FieldNames: params.emplace_back(param.name, Value(List{Value("value")})); break;
            case ParamKind::TextMap: params.emplace_back(param.name, Value(Members{{"value", Value("text")}})); break;
            case ParamKind::Choice: params.emplace_back(param.name, Value(param.choices.front())); break;
            case ParamKind::Expression: params.emplace_back(param.name, Value("value > 1")); break;
            default: params.emplace_back(param.name, Value("value"));
            }
        }
        return params;
    }
    static const std::vector<StepType> &types() { return test::registry().types(); }

private Q_SLOTS:
    void everyStepOfTheContractExists()
    {
        for (const char *id :
             {"read.csv", "read.jsonl", "read.lines", "read.files",  "read.container", "generate",
              "identity", "multiply",   "add",        "select",      "rename",         "convert",
              "union",    "merge",      "write.csv",  "write.jsonl", "write.lines",    "write.container",
              "discard",  "view",       "javascript", "program"})
            QVERIFY2(test::registry().find(id), id);
    }
    void filesAreOpenedByTheirSuffix()
    {
        const std::map<std::string, std::string> expected{
            {"csv", "read.csv"},   {"TSV", "read.csv"},   {"ndjson", "read.jsonl"}, {"jsonl", "read.jsonl"},
            {"json", "read.json"}, {"txt", "read.lines"}, {"", "read.lines"},       {FolderFile, "read.files"}};
        for (const auto &[suffix, id] : expected) {
            const StepType *type = test::registry().forFile(suffix);
            QVERIFY2(type, suffix.c_str());
            QCOMPARE(type->id, id);
        }
    }
    void everyStepAndParameterHasHelp()
    {
        for (const StepType &type : types()) {
            QVERIFY2(!type.title.empty() && !type.synonyms.empty(), type.id.c_str());
            QVERIFY2(type.help.ends_with('.'), (type.id + ": " + type.help).c_str());
            for (const Param &param : type.params) {
                QVERIFY2(!param.title.empty() && param.help.ends_with('.'), (type.id + '.' + param.name).c_str());
                QVERIFY2(param.kind != ParamKind::Choice || param.choices.size() > 1,
                         (type.id + '.' + param.name).c_str());
            }
        }
    }
    void idsAndParameterNamesAreUnique()
    {
        std::set<std::string> ids;
        for (const StepType &type : types()) {
            QVERIFY2(ids.insert(type.id).second, type.id.c_str());
            std::set<std::string> names;
            for (const Param &param : type.params)
                QVERIFY2(names.insert(param.name).second, (type.id + '.' + param.name).c_str());
        }
    }
    void everyDefaultIsValid()
    {
        for (const StepType &type : types()) {
            for (const Param &param : type.params) {
                const std::string problem = param.isRequired ? std::string() : param.problemOf(param.defaultValue);
                QVERIFY2(problem.empty(), (type.id + ": " + problem).c_str());
            }
        }
    }
    void everyStepCanBeMadeAndSumUpAndChecked()
    {
        for (const StepType &type : types()) {
            auto step = type.create(requiredParams(type));
            QVERIFY2(step, (type.id + ": " + (step ? std::string() : step.error().message)).c_str());
            QVERIFY2((*step)->summary().find('\n') == std::string::npos, type.id.c_str());
            std::vector<StepProblem> problems;
            (*step)->check({}, problems);
            const CheckContext known{
                {}, std::make_shared<const Schema>(std::vector<Field>{{"value", ValueType::Real, {}}})};
            (*step)->check(known, problems);
            (*step)->outputSchema(known);
            for (const StepProblem &problem : problems) {
                QVERIFY2(!problem.text.empty(), type.id.c_str());
                QVERIFY2(problem.param.empty() || type.param(problem.param), (type.id + '.' + problem.param).c_str());
            }
        }
    }
    void everyStepWithoutSettingsIsFormedSafely()
    {
        for (const StepType &type : types()) {
            const auto step = type.make();
            step->summary();
            std::vector<StepProblem> problems;
            step->check({}, problems);
            step->outputSchema({});
            if (type.kind == StepKind::Source)
                static_cast<Source &>(*step).progress();
        }
    }
};

} // namespace tst_registry

QTEST_GUILESS_MAIN(tst_registry::RegistryTest)
#include "tst_registry.moc"
