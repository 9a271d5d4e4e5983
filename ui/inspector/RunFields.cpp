// SPDX-License-Identifier: MIT
#include "inspector/RunFields.h"

#include "cluster/ClusterSettings.h"
#include "pipeline/Pipeline.h"
#include "pipeline/Retries.h"
#include "remote/WorkerPlaces.h"
#include "theme/Text.h"

namespace millrace {

namespace {

constexpr int MostBatches = 1'000'000;

} // namespace

void setUpRunFields(QSpinBox &workers, QSpinBox &queueSize, QSpinBox &retries, QComboBox &runIn, QComboBox &onError)
{
    workers.setRange(1, MostWorkers);
    queueSize.setRange(0, MostBatches);
    queueSize.setSpecialValueText(QSpinBox::tr("unbounded"));
    queueSize.setSuffix(QSpinBox::tr(" batches"));
    retries.setRange(0, MostRetries);
    for (const WorkerPlace &place : workerPlaces())
        runIn.addItem(toQString(place.title), toQString(place.name));
    for (const std::string &cluster : ClusterSettings().names())
        runIn.addItem(QComboBox::tr("Cluster %1").arg(toQString(cluster)), toQString(cluster));
    onError.addItem(QComboBox::tr("Stop the run"), int(ErrorPolicy::Stop));
    onError.addItem(QComboBox::tr("Skip the item"), int(ErrorPolicy::Skip));
    onError.addItem(QComboBox::tr("Send to error port"), int(ErrorPolicy::Route));
}

void showPlace(QComboBox &runIn, const std::string &place)
{
    const QString text = toQString(place);
    if (runIn.findData(text) < 0)
        runIn.addItem(text, text);
    runIn.setCurrentIndex(runIn.findData(text));
}

} // namespace millrace
