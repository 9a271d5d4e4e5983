// SPDX-License-Identifier: MIT
// What Prometheus reads of a run: in the form that OpenMetrics asks for, the numbers of the report, and all that the dashboard shows.
#include "data/json/JsonReader.h"
#include "data/json/ObjectMembers.h"
#include "history/RunReport.h"
#include "metrics/gauges/StepGauges.h"
#include "sharing/OpenMetrics.h"
#include "sharing/SomeSample.h"

#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <string>

using namespace millrace;
using millrace::test::someSample;

namespace tst_openmetrics {

namespace {

QString named(const char *text)
{
    return QString::fromUtf8(text);
}

/// With double quotes in the place of single ones.
QString quotes(const char *text)
{
    return QString::fromUtf8(text).replace(QLatin1Char('\''), QLatin1Char('"'));
}

Value someCluster()
{
    return Members{
        {"isConnected", Value(true)},
        {"processes", List{Members{{"process", Value("far:7")}, {"host", Value("far")}, {"workers", Value(int64_t(4))}},
                           Members{{"process", Value("odd:8")},
                                   {"host", Value("odd")},
                                   {"workers", Value(int64_t(4))},
                                   {"refused", Value("It is of another build.")}}}},
        {"queues", Members{{"price", Value(int64_t(6))}}},
        {"lostProcesses", Value(int64_t(2))},
        {"batchesTriedAgain", Value(int64_t(3))}};
}

/// By name and labels, as they are written.
QMap<QString, double> samplesOf(const std::string &text)
{
    QMap<QString, double> samples;
    for (const QString &line : QString::fromStdString(text).split(QLatin1Char('\n')))
        if (!line.startsWith(QLatin1Char('#')) && !line.isEmpty())
            samples.insert(line.section(QLatin1Char(' '), 0, -2), line.section(QLatin1Char(' '), -1).toDouble());
    return samples;
}

/// The member of the report's step, by a key such as `queue.peak`.
double reported(const Value &step, const QString &key)
{
    const Value *value = &step;
    for (const QString &part : key.split(QLatin1Char('.')))
        value = value ? memberOf(*value, part.toStdString()) : nullptr;
    return value && value->isNumber() ? value->toReal() : -1;
}

} // namespace

class TestOpenMetrics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theTextIsInTheFormOfOpenMetrics()
    {
        const QString text = QString::fromStdString(openMetricsOf(someSample(), someCluster(), "orders"));
        QVERIFY(text.endsWith(named("\n# EOF\n")));
        const QRegularExpression sample(
            quotes("^([a-z_]+)\\{run='[^']*'(,[a-z_]+='[^']*')*\\} (-?[0-9.]+(e[+-][0-9]+)?|\\+Inf)$"));
        QSet<QString> families, lines;
        QString family, type;
        const QStringList all = text.split(QLatin1Char('\n'));
        for (const QString &line : all.mid(0, all.size() - 2)) {
            if (line.startsWith(named("# TYPE "))) {
                family = line.section(QLatin1Char(' '), 2, 2);
                type = line.section(QLatin1Char(' '), 3);
                QVERIFY2(!families.contains(family), qPrintable(family)); // all of a family stand together
                families.insert(family);
                continue;
            }
            if (line.startsWith(named("# UNIT "))) {
                QVERIFY2(family.endsWith(QLatin1Char('_') + line.section(QLatin1Char(' '), 3)), qPrintable(line));
                continue;
            }
            if (line.startsWith(named("# HELP "))) {
                QVERIFY2(line.endsWith(QLatin1Char('.')), qPrintable(line));
                continue;
            }
            const QRegularExpressionMatch match = sample.match(line);
            QVERIFY2(match.hasMatch(), qPrintable(line));
            QVERIFY2(!lines.contains(line.section(QLatin1Char(' '), 0, -2)), qPrintable(line));
            lines.insert(line.section(QLatin1Char(' '), 0, -2));
            const QString suffix = match.captured(1).mid(family.size());
            QVERIFY2(match.captured(1).startsWith(family), qPrintable(line));
            if (type == named("counter"))
                QCOMPARE(suffix, named("_total"));
            else if (type == named("histogram"))
                QVERIFY2(QSet<QString>({named("_bucket"), named("_count"), named("_sum")}).contains(suffix),
                         qPrintable(line));
            else
                QCOMPARE(suffix, QString());
        }
        QVERIFY(families.size() > 30);
    }

    void theNumbersAreThoseOfTheReport()
    {
        const RunSample sample = someSample();
        const auto samples = samplesOf(openMetricsOf(sample, {}, "orders"));
        const Value metrics = metricsOf(sample);
        const Value &price = memberOf(metrics, "steps")->toList()[1];
        int compared = 0;
        for (const StepGaugeType &gauge : stepGaugeTypes()) {
            if (gauge.look.metric.empty())
                continue;
            const QString name = named("millrace_") + QString::fromStdString(std::string(gauge.look.metric));
            const QString key = name + quotes("{run='orders',step='price',type='formula'}");
            QVERIFY2(samples.contains(key), qPrintable(key));
            QCOMPARE(samples.value(key), reported(price, QString::fromStdString(std::string(gauge.look.key))));
            ++compared;
        }
        QVERIFY(compared >= 20);
        QCOMPARE(samples.value(quotes("millrace_run_read_items_total{run='orders'}")), 1000.0);
        QCOMPARE(samples.value(quotes("millrace_run_failed_items_total{run='orders'}")), 12.0);
        QVERIFY(!samples.contains(quotes("millrace_queue_depth_batches{run='orders',step='orders',type='read.csv'}")));
    }

    void aHistogramCountsWhatTookNoLonger()
    {
        const auto samples = samplesOf(openMetricsOf(someSample(), {}, "r"));
        const auto upTo = [&](const char *bound) {
            return samples.value(
                quotes("millrace_step_service_seconds_bucket{run='r',step='price',type='formula',le='%1'}")
                    .arg(named(bound)),
                -1);
        };
        QCOMPARE(upTo("1.024e-06"), 1.0);
        QCOMPARE(upTo("4.096e-06"), 3.0);
        QCOMPARE(upTo("0.001048576"), 4.0);
        QCOMPARE(upTo("0.067108864"), 4.0);
        QCOMPARE(upTo("0.268435456"), 5.0);
        QCOMPARE(upTo("+Inf"), 5.0);
    }

    void ofEachSetOneStateHolds()
    {
        const auto samples = samplesOf(openMetricsOf(someSample(), {}, "r"));
        double busy = -1, all = 0;
        for (auto at = samples.begin(); at != samples.end(); ++at) {
            if (!at.key().startsWith(quotes("millrace_step_state{run='r',step='price'")))
                continue;
            all += at.value();
            if (at.key().contains(quotes("millrace_step_state='busy'")))
                busy = at.value();
        }
        QCOMPARE(busy, 1.0);
        QCOMPARE(all, 1.0);
    }

    void whoDoesNotTakePartIsNoWorker()
    {
        const auto samples = samplesOf(openMetricsOf(someSample(), someCluster(), "r"));
        QCOMPARE(samples.value(quotes("millrace_cluster_workers{run='r',process='far:7',host='far'}")), 4.0);
        QVERIFY(!samples.contains(quotes("millrace_cluster_workers{run='r',process='odd:8',host='odd'}")));
        QCOMPARE(samples.value(quotes("millrace_cluster_lost_processes_total{run='r'}")), 2.0);
        QCOMPARE(samples.value(quotes("millrace_cluster_queue_batches{run='r',step='price'}")), 6.0);
    }

    void namesCannotBreakALabel()
    {
        const std::string text = openMetricsOf(someSample(), {}, "a \"b\"\\\n");
        QVERIFY(text.find("{run=\"a \\\"b\\\"\\\\\\n\"}") != std::string::npos);
    }

    void theDashboardShowsOnlyWhatThereIs()
    {
        QFile file(named(MILLRACE_SOURCE_DIR "/resources/monitoring/grafana.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto dashboard = JsonReader().parse(file.readAll().toStdString());
        QVERIFY2(dashboard.has_value(), dashboard ? "" : dashboard.error().message.c_str());
        QSet<QString> given;
        for (const QString &key : samplesOf(openMetricsOf(someSample(), someCluster(), "r")).keys())
            given.insert(key.section(QLatin1Char('{'), 0, 0));
        const QRegularExpression metric(named("millrace_[a-z_0-9]+(?=[{,)])"));
        QSet<QString> shown;
        for (const Value &panel : memberOf(*dashboard, "panels")->toList())
            for (const Value &target : memberOf(panel, "targets")->toList()) {
                auto found = metric.globalMatch(QString::fromStdString(textOf(target, "expr")));
                QVERIFY2(found.hasNext(), textOf(panel, "title").c_str());
                while (found.hasNext())
                    shown.insert(found.next().captured());
            }
        for (const QString &name : shown)
            QVERIFY2(given.contains(name), qPrintable(name));
        for (const char *name :
             {"millrace_queue_depth_batches", "millrace_step_out_items_total", "millrace_step_state"})
            QVERIFY2(shown.contains(named(name)), name);
    }
};

} // namespace tst_openmetrics

using tst_openmetrics::TestOpenMetrics;
QTEST_GUILESS_MAIN(TestOpenMetrics)
#include "tst_openmetrics.moc"
