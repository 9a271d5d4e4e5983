// SPDX-License-Identifier: MIT
// The page of a run that is over: it has all that is known, and whatever comes from data is text in it.
#include "report/Html.h"
#include "report/RunCourse.h"
#include "report/RunPage.h"

#include <QRegularExpression>
#include <QTest>
#include <QXmlStreamReader>

#include <string>

namespace millrace::tst_runpage {

namespace {

const char *const Evil = "<script>alert(\"1\")</script> & '</style>";

Pipeline pipelineOf(std::string name, Members params)
{
    Pipeline pipeline;
    for (const char *id : {"numbers", "between", "nowhere"}) {
        PipelineStep step;
        step.id = id;
        step.type = std::string(id) == "numbers" ? "generate" : std::string(id) == "between" ? "filter" : "discard";
        pipeline.steps.push_back(std::move(step));
    }
    pipeline.steps[1].name = std::move(name);
    pipeline.steps[1].params = std::move(params);
    pipeline.steps[1].workers = 3;
    pipeline.steps[1].queueSize = 1;
    return pipeline;
}

RunSample sampleOf(const Pipeline &pipeline, double seconds, uint64_t items)
{
    RunSample sample;
    sample.seconds = sample.activeSeconds = seconds;
    sample.itemsRead = sample.itemsWritten = items;
    for (const PipelineStep &given : pipeline.steps) {
        StepSample step;
        step.id = given.id;
        step.isSource = given.id == "numbers";
        step.isSink = given.id == "nowhere";
        step.itemsIn = step.isSource ? 0 : items;
        step.itemsOut = step.isSink ? 0 : items;
        step.workers = 1;
        step.queue.capacity = 10;
        step.queue.peak = 7;
        step.busy = uint64_t(seconds * 0.5e9);
        sample.steps.push_back(std::move(step));
    }
    return sample;
}

} // namespace

class TestRunPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { registerBuiltInSteps(m_registry); }

    void itSaysAllThatIsKnown()
    {
        const Pipeline pipeline = pipelineOf("Cheap ones", {{"expression", Value("price < 3")}});
        RunPage page{pipeline, m_registry, sampleOf(pipeline, 7.5, 482'100)};
        page.title = "orders.millrace";
        page.time = "29 November 2026, 14:02";
        page.end = RunEnd::WithErrors;
        page.sample.errors = page.sample.steps[1].errors = 12;
        Limit limit;
        limit.step = "between";
        limit.why = "Cheap ones limits the run: it is busy 98 % of the time.";
        page.limit = limit;
        LogRecord error;
        error.step = "between";
        error.message = "price: \"12,50\" is not a number";
        error.origin = "orders.csv line 17";
        error.count = 12;
        page.errors.push_back(error);
        page.curves.push_back({"between", {{1, 100}, {2, 300}}});
        const QString html = QString::fromStdString(toHtml(page));
        for (const char *part :
             {"<title>orders.millrace</title>", "Finished with failed items</span> after 7.50 s: 482,100 items read",
              "12 errors.", "Cheap ones limits the run: it is busy 98 %", "orders.csv line 17", "29 November 2026",
              "price: &quot;12,50&quot; is not a number", "price &lt; 3", "<polyline points=\"", "<svg class=\"run\"",
              ">Cheap ones</text>", "12 failed</text>", "64,280", "50 %", "7/10", "1 batch<"})
            QVERIFY2(html.contains(QLatin1String(part)), part);
        // Nothing is fetched, nothing runs.
        const QRegularExpression outside(QStringLiteral("<script|<link|\\ssrc=|url\\(|@import|href="));
        QVERIFY(!outside.match(html).hasMatch());
    }

    void whateverComesFromDataIsText()
    {
        const Pipeline pipeline = pipelineOf(Evil, {{"expression", Value(Evil)}, {Evil, Value(List{Value(Evil)})}});
        RunPage page{pipeline, m_registry, sampleOf(pipeline, 1, 1)};
        page.title = page.time = page.failure = Evil;
        page.failureStep = "between";
        page.end = RunEnd::Failed;
        Limit limit;
        limit.why = Evil;
        page.limit = limit;
        LogRecord error;
        error.step = Evil;
        error.message = std::string(Evil) + '\0' + "\x1b[2J \xff \u202e";
        error.origin = Evil;
        error.itemId = Value(Evil);
        error.hasItem = true;
        page.errors.push_back(error);
        page.curves.push_back({"between", {{1, 100}, {2, 300}}});
        const std::string html = toHtml(page);
        QVERIFY(html.find("<script") == std::string::npos);
        QCOMPARE(QString::fromStdString(html).count(QLatin1String("</style>")), 1);
        for (const char *raw : {"\x1b", "\xff", "\u202e"})
            QVERIFY(html.find(raw) == std::string::npos);
        QVERIFY(html.find('\0') == std::string::npos);
        QCOMPARE(QString::fromStdString(html).toStdString(), html); // it is UTF-8
        // All tags are closed: but for these, the page is XML.
        QString xml = QString::fromStdString(html);
        xml.remove(QRegularExpression(QStringLiteral("<!DOCTYPE[^>]*>|<meta[^>]*>")));
        QXmlStreamReader reader(xml);
        while (!reader.atEnd())
            reader.readNext();
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
    }

    void secretsAreHidden()
    {
        const Pipeline pipeline = pipelineOf("between", {{"password", Value("rosebud")},
                                                         {"token", Value(Members{{"env", Value("TOKEN_OF_MINE")}})},
                                                         {"expression", Value("price < 3")}});
        const std::string html = toHtml({pipeline, m_registry, sampleOf(pipeline, 1, 1)});
        QVERIFY(html.find("rosebud") == std::string::npos);
        QVERIFY(html.find("TOKEN_OF_MINE") != std::string::npos); // where it is, is no secret
        QVERIFY(html.find("price &lt; 3") != std::string::npos);
    }

    void aLongSettingIsCutBetweenCharacters()
    {
        std::string text;
        for (int i = 0; i < 3000; ++i)
            text += "ä";
        const Pipeline pipeline = pipelineOf("between", {{"expression", Value("x" + text)}});
        const std::string html = toHtml({pipeline, m_registry, sampleOf(pipeline, 1, 1)});
        QVERIFY(html.find("\\x") == std::string::npos && html.find("ä …") != std::string::npos);
    }

    void theCourseIsBoundedAndKeepsTheEnd()
    {
        const Pipeline pipeline = pipelineOf("between", {});
        RunCourse course;
        for (int tenth = 0; tenth < 10'000; ++tenth)
            course.add(sampleOf(pipeline, tenth / 10.0, uint64_t(tenth) * 50));
        RunSample last = sampleOf(pipeline, 1000, 500'000);
        last.state = RunState::Finished;
        course.add(last);
        const auto curves = course.curves();
        QCOMPARE(curves.size(), size_t(3));
        QVERIFY(curves[1].points.size() <= RunCourse::MostPoints && curves[1].points.size() > 100);
        QCOMPARE(curves[1].points.back().first, 1000.0);
        for (const auto &[second, rate] : curves[1].points)
            QVERIFY2(std::abs(rate - 500) < 1, qPrintable(QString::number(rate)));
    }

private:
    StepRegistry m_registry;
};

} // namespace millrace::tst_runpage

QTEST_APPLESS_MAIN(millrace::tst_runpage::TestRunPage)
#include "tst_runpage.moc"
