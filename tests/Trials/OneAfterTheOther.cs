// Each trial kills processes and loads the machine; two at once would try each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
