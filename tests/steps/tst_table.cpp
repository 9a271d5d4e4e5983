// SPDX-License-Identifier: MIT
// The source whose items are written down in the pipeline.
#include "steps/StepRunner.h"

#include <QTest>

using namespace millrace;
using namespace millrace::test;

namespace tst_table {

class TableTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowsThatAreTypedInComeOut()
    {
        const Items read =
            readAll("table", R"({"rows": [{"a": 1, "b": "x"}, {"b": null, "c": [2]}, {"a": 2.5}, 7]})", 3);
        COMPARE_TEXT(read.failure, "");
        COMPARE_TEXT(read.json(), "{\"a\":1,\"b\":\"x\"}\n{\"b\":null,\"c\":[2]}\n{\"a\":2.5}\n{\"value\":7}\n");
        COMPARE_TEXT(read.idsJson(), "[0,1,2,3]");
        COMPARE_TEXT(read.schema->names(), "a, b, c, value");
        QCOMPARE(read.batchSizes, (std::vector<size_t>{3, 1}));
        COMPARE_TEXT(readAll("table", R"({"rows": []})").json(), "");
        std::vector<StepProblem> problems;
        make("table", R"({"rows": "a,b"})")->check({}, problems);
        QCOMPARE(problems.size(), size_t(1));
    }
};

} // namespace tst_table

QTEST_GUILESS_MAIN(tst_table::TableTest)
#include "tst_table.moc"
